"""The small words the phrases of an answer are built of: who speaks, which day, how ill, how long.

Each is a piece of a pattern of `bot.rules.typed`: full Vietnamese, marks forgiven, exact words in angle brackets.
"""

P = (
    r"(?:em|tôi|mình|tớ|anh|<chị>|cháu|con|bác|chú|<cô>|<dì>|<cậu>|ông|<bà>|đồng chí|bọn em|chúng tôi"
    r"|vợ chồng (?:em|tôi|mình))"
)
"""How a member may call themselves; most of these words may also mean somebody else."""
DAY = (
    r"(?:(?:hôm|ngày|bữa|bựa|buổi|tối|sáng|chiều|trưa|đêm|kỳ|lần|dịp|phiên)(?: họp| sinh hoạt)?"
    r"(?: chi bộ)?(?: thường kỳ)? (?:nay|này|đó|đấy|ấy|mai|mốt|kia|tới)|mai|mốt|tuần (?:này|sau"
    r"|tới)|tháng này)"
)
ADVERB = (
    r"(?:sẽ|phải|cũng|đành|vẫn|lại|<thì>|chắc chắn|nhất định|đều|hơi|bị|rất tiếc|rất tiếc là"
    r"|tiếc là|là|chắc|mới|thật sự|thực sự|hiện|bây giờ|giờ|cứ|đang|rồi)"
)
ILL = r"(?:bận|ốm|bệnh|mệt|đau|kẹt|vướng|mắc|sốt|cảm)"
ENDING = r"(?:ạ|a|nha|nghe|đấy|đó|thôi|rồi|mất|mất rồi|đâu|luôn|liền|hén|hỉ)"
SO = r"(?:nên|cho nên|vì vậy|vì thế|do đó|thành ra|thế nên)"
MEASURE = (
    r"(?:(?:khoảng|tầm|chừng|độ|mất|cỡ|hơn|gần|lối|cho|thêm) )*"
    r"(?:\d+ (?:phút|tiếng|giờ)|\d+|(?:nửa|một|hai|ba|năm|mười|mươi|mấy|vài|ít)(?: (?:lăm|mươi"
    r"|năm))? (?:phút|tiếng|giờ|chút)"
    r"|ít|chút|một chút|tí|một tí|tí xíu|xíu|tẹo|một lát|lát|tý|nửa tiếng)"
)
MANNERS = (
    rf"(?:{P}|dạ|<vâng>|ok|ạ|a|nha|nghe|thưa|bí thư|giúp|giùm|dùm|<hộ>|với|xin|nhờ|làm ơn|vui lòng|hãy|cứ|thì|cho"
    r"|đề nghị|từ nay|sẽ|rồi|thôi|luôn|please|thanks|cảm ơn|cám ơn|,|\.|!|~+|#+)"
)
"""What may stand around a short wish and changes nothing in it."""
