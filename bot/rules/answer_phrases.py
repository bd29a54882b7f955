"""The phrases the three answers are read by.

The tables `tests/rules/data/answers_*.tsv` say for each kind of sentence what must come out.
"""

import re

from bot.rules.answer_words import ADVERB, DAY, ENDING, ILL, MEASURE, SO, P
from bot.rules.typed import says

DIGIT = says(
    rf"(?>(?:dạ|{P}|chọn|số|trả lời|phương án|câu|bấm|nhấn|ý|là) )*(?:0 ?)?([1-3])(?: (?:ạ|a|nha"
    rf"|nghe|{P}|rồi|[.,!)]))*"
)
SETTLED = says(
    r"(?:trả lời|báo|nhắn|phản hồi|thông báo|xem|đọc|biết|dậy|về|tan|nhận|nộp|gửi|học|làm|đóng|chuyển|cáo"
    r"|ngủ|ăn) (?:tin )?(?:hơi |quá )?(?:muộn|trễ|chậm)"
    r"|(?:xe(?: buýt| khách| đò)?|tàu|đò|thông báo|giấy mời|tin|thư|hàng) (?:đến|tới|về)"
    r" (?:hơi |quá )?(?:muộn|trễ|chậm)"
    r"|(?:muộn|trễ|chậm) nhất|sớm muộn"
    r"|không (?:đến|đi|tới|vào|bị|có|hề|phải|về|họp)*(?> (?:đến|đi|tới|vào|họp)(?!\w))* ?(?:muộn|trễ|chậm)"
    rf"|(?:{P} )?(?:đã )?(?:đi|đến|tới|về) rồi(?= [,.]|$)(?<!là đi rồi)"
    r"|chưa (?>(?:hề|bao giờ|từng|xin|báo) )*(?:vắng|nghỉ)|nghỉ (?:phép|hưu|học|việc|làm|chế độ"
    r"|thai sản|trưa|đêm|ngơi|chân|tay|mát|lễ|tết)"
    r"|(?:đã|từng) (?:vắng|nghỉ)|không được (?:phép )?(?:vắng|nghỉ)|không (?:thể )?không(?: \w+)?"
    rf"|không phải (?:là )?(?:{P} )?không \w+"
    r"|không (?:\w+ )?\w+ không được|(?:khỏi|hết) (?:cần |phải )?(?:đi|họp|dự|đến)"
)
"""Phrases that only look like an answer."""
NOT_LEAVE = says(
    r"không (?>(?:có|phải|phải là|hề|bao giờ|thể|muốn|xin|xin phép|cần|báo|dám|được"
    r"|đến nỗi) )*(?:vắng|nghỉ)(?: mặt| họp)?"
    r"|(?<!em )(?:vắng|nghỉ)(?: mặt| họp)?(?: gì| sao| thế nào)?(?: được)? <đâu>|(?:sao mà"
    r"|sao) (?:có |được )?(?:vắng|nghỉ)"
    r"|(?:đâu có|<đâu>) (?>(?:có|được|xin|báo) )*(?:vắng|nghỉ)|not (?:be )?absent"
)
NOT_BUSY = says(
    rf"(?:không|hết|đỡ|khỏi|bớt)(?> (?:có|còn|bị|hề)(?!\w))* {ILL}(?> (?:gì|việc gì|lắm|đâu|nữa|mấy)(?!\w))*"
    rf"|đâu có {ILL}"
)
AWAY = (
    r"(?! (?:công tác|làm|học|xa|đâu|viện|chợ|chơi|xe|bộ|ý kiến|phát biểu|một mình|sớm|đúng giờ"
    r"|kịp giờ|ngay|trước|nỗi|với|khỏi))"
)
LEAVE = (
    says(
        r"xin (?:(?!lỗi )[^\s,.;?]+ )*?(?:<phép> )?(?:<vắng>|vang mat|nghỉ(?! (?:là|hưu|học|việc))"
        r"|vang(?! (?:em|anh)\b)|kiếu|khất|off)"
        r"(?: mặt)?(?: họp)?|cáo (?:lỗi|bận|vắng|ốm)"
    ),
    says(
        rf"báo (?:cáo )?(?:cho )?(?:{P} )?(?:xin )?(?:là )?(?:{P} )?(?:vắng|nghỉ)(?: mặt| họp)?"
        rf"|được vắng(?: mặt)?|vắng mặt"
    ),
    says(
        rf"cho(?: phép)?(?: {P})?(?> (?:được|xin|phép|xin phép|tạm|{DAY})(?!\w))* (?:vắng|nghỉ"
        rf"|khất|kiếu|off)(?: mặt| họp)?"
    ),
    says(
        rf"{P}(?> (?:{ADVERB}|{DAY}|xin|xin phép|được)(?!\w))* (?:<vắng>|<nghỉ>|off)(?! (?:học|hưu|việc"
        rf"|phép|lễ|tết|làm|mấy|đâu|ốm|là))"
        r"(?: mặt| họp)?"
    ),
    says(
        rf"{P} (?>{ADVERB} |{DAY} )*vang(?= (?:buoi|hom|mat|vi|do|toi nay|mai|hop|bua))(?: mat"
        rf"| hop)?|{DAY}(?: {P})? vang$"
    ),
    says(rf"{SO}(?> (?:{P}|{ADVERB}|{DAY}|xin|xin phép|phép|được|tạm)(?!\w))* (?:vắng|nghỉ)(?: mặt| họp)?"),
    says(rf"{P} (?:sẽ|phải|đành|đành phải|cũng) (?:vắng|nghỉ)(?! (?:là|hưu|học|việc))(?: mặt| họp)?"),
    says(
        rf"không (?>(?:thể|có thể|về|còn|kịp|tiện|kham|đi|đến|tới|sang|dự|đi đến) )*"
        rf"(?:(?:tham dự|tham gia|góp mặt|có mặt|đi|đến|tới|dự)(?: họp| dự| tham gia| tham dự"
        rf"| sinh hoạt)?{AWAY}"
        r"|họp được|(?:về|sang|qua|ra|lên|xuống|vô|vào) (?:họp|dự|kịp|được|tham gia"
        r"|tham dự)(?: họp| được)?"
        r"|(?:về|sang|qua|ra|lên|xuống|vô|vào|đến|tới)(?> (?:hội trường|nhà văn hóa|chi bộ|thôn|bản|xã|xóm|làng"
        r"|trụ sở|chỗ họp|nhà họp)(?!\w))+ được|thể (?:họp|về|sang|qua|ra))"
        rf"{AWAY}(?: được)?(?! (?:nỗi|không))"
    ),
    says(rf"{P} (?>{ADVERB} |{DAY} )*không (?:họp|về họp|sinh hoạt)(?: được)?"),
    says(
        r"(?:đi|đến|tới|dự|họp|tham gia|tham dự|về|sang|qua|ra)(?: họp| dự"
        r"| sinh hoạt)? không (?:được|nổi|kịp)"
    ),
    says(
        rf"<đâu>(?> có| {P}(?!\w))* (?:đi|đến|tới|dự|họp|tham gia|tham dự)(?: họp| dự)? được"
        r"|(?:đi|đến|tới|dự|họp|tham gia|tham dự)(?: họp| dự)? được (?:<đâu>|<mô>)"
    ),
    says(
        rf"(?:{ILL}|trực|công tác|đột xuất|đám)[^.;!\n#]{{0,60}} , xin phép(?= (?:ạ|a|nha|bí thư|{P}|[.,!])|$)"
    ),
    says(
        r"(?:cant|cannot|can not|wont|will not|not able to|unable to|not) (?:be able to )?(?:come"
        r"|coming|attend|attending|make it|join|go)"
    ),
    says(r"absent|on leave|(?:ask|asking) (?:for )?leave|day off"),
)
"""Said outright; `vang` without its mark counts only where it cannot be `vâng`."""
LEAVE_ALONE = says(
    rf"(?>(?:dạ|thưa|ok|{P}|bí thư|chi bộ|{DAY}|{ADVERB}|<vâng>|tiếc quá) )*(?:<vắng>"
    rf"|<nghỉ>)(?: mặt| họp)?"
    rf"(?! (?:thì|là|có|nhiều|học|hưu|việc|ngơi|phép|làm|lễ|mấy|ốm))"
    rf"(?: (?:{ENDING}|{DAY}|{P}|buổi|họp|bí thư|\d|vì|do|tại|bởi)(?: .*)?)?"
)
CANNOT = says(
    rf"(?>(?:dạ|thưa|{P}|bí thư|{DAY}|{ADVERB}) )*không được(?> (?:{ENDING}|{P}|bí thư|quá|[.,!])(?!\w))*"
)
"""A whole message that says no more than that."""
BUSY = says(
    rf"(?!tuần ){DAY}(?: {P})?(?> {ADVERB}(?!\w))* (?:<bận>|ban|kẹt|vướng|mắc|có)(?= (?:việc|rồi|mất|công việc"
    rf"|trực|công tác|đám|quá|ca|họp|ạ|lịch))"
    rf"|(?!tuần ){DAY}(?: {P})? <bận>|{P}(?> {ADVERB}(?!\w))* (?:<bận>|ban)(?: {DAY}| việc)?(?: mất)? rồi"
)
"""Not said outright, but on that day: leave where the message says nothing else about coming."""
LATE_VERB = (
    r"(?:đến|tới|đi|vào|vô|qua|sang|ra|lên|xuống|họp|dự|tham gia|tham dự|có mặt|về họp|đến họp|đi họp"
    r"|dự họp|đến dự)"
)
LATE = (
    says(
        rf"{LATE_VERB}(?> (?:họp|nơi|được|sẽ|có|bị|hơi|phải|dự|sinh hoạt)(?!\w))* (?:<muộn>"
        rf"|muon(?! (?:xin|nghi|vang|di|den|hoi|bao|biet|#))|trễ|<chậm>|cham)"
    ),
    says(rf"(?:muộn|trễ|chậm) {MEASURE}(?! (?:ngày|hôm|tuần|tháng|buổi|năm))"),
    says(
        r"(?:^|(?<=[,.;!\n~#] )|(?<=nhưng )|(?<=nhung )|(?<=nên )|(?<=nen )|(?<=mà )|(?<=ma ))"
        rf"(?>(?:dạ|ok|thưa|{P}|bí thư|{DAY}|sẽ|hơi|xin|xin phép|bị|phải|cho|cũng|chắc chắn|thì"
        rf"|có) )*(?:<muộn>|trễ|<chậm>)(?> (?:{ENDING}|{DAY}|{P}|họp|bí thư)(?!\w))*(?= [,.;!\n]|$)"
    ),
    says(rf"(?:đến|tới|vào|vô|qua|có mặt|sang) sau {MEASURE}"),
    says(rf"(?:đến|tới|vào|vô) sau(?> (?:{ENDING}|{P})(?!\w))*(?= [,.;!]|$)"),
    says(
        rf"mới (?:{P} )?(?:đến|tới|vào|qua|sang|lên|xuống|ra|về|có mặt)(?> (?:tới|đến|họp|dự|nơi"
        rf"|kịp)(?!\w))*(?: được)?(?! (?:nhà|nơi ở))"
    ),
    says(
        r"(?:be|come|coming|arrive|arriving|running|am|im) (?:a (?:bit|little) )?(?:late"
        r"|\d+ minutes late)|late"
    ),
)
COMING_CORE = (
    r"(?:có mặt|tham dự|tham gia|đến dự|dự|đi họp|đi dự|về họp|về dự|đến họp|tới họp|tới dự"
    r"|qua họp|sang họp|lên họp|đến tham gia"
    r"|đến tham dự|có đi|đi|đến|tới|(?:em|tôi|mình|bác|chú|cháu) (?:sẽ |vẫn |có )?họp|coming|come"
    r"|ra họp|vào họp|vô họp|xuống họp|will be there|be there|attend|có (?:em|tôi|mình|cháu|bác|anh|chị|chú|cô))"
)
YES = (
    r"(?:ok|<vâng>|sẵn sàng|nhất định(?= rồi| chứ)|dĩ nhiên|nhất trí|đồng ý|có|yes|yep|tất nhiên"
    r"|đương nhiên|chắc chắn rồi|chắc chắn|sure)"
)
AROUND = (
    rf"(?:dạ|<vâng>|ok|thưa|báo cáo|kính gửi|kính báo|kính thưa|chào|xin chào|bí thư|phó bí thư"
    rf"|chi bộ|chi ủy|{P}|{DAY}|{ENDING}"
    r"|nhất trí|đồng ý|tất nhiên|đương nhiên|yes|sẽ|vẫn|cũng|có|xin|chắc chắn|nhất định|đã|được"
    r"|hứa|xác nhận|đăng ký|sẵn sàng|là|luôn|đều|thì|rồi|và|mà"
    r"|nhưng|vậy|nên|đúng|đủ|giờ|đúng giờ|đầy đủ|bình thường|chứ|kịp|ngay|sớm|nghiêm túc|họp|dự"
    r"|sinh hoạt|buổi|cuộc|buổi họp"
    r"|thường kỳ|chuyên đề|này|tới|tháng này|lúc|vào|\d+|giờ|phút|tối|sáng|chiều|mai|nay|hôm|i"
    r"|will|can|to|the|meeting|on time|am|ill|im|a"
    r"|chớ|liền|~+|cùng|nhiệt tình|hết|cả|ủng hộ|xong|thôi|thế|yên tâm|(?:theo|như|đúng) (?:lịch|giấy mời"
    r"|thông báo|thời gian|kế hoạch)"
    r"|tham dự|tham gia|ơi|đi|đến|về|ill|rõ|nhận rồi|cảm ơn|cám ơn|trước)"
)
COMING_CLAUSE = says(rf"(?>{AROUND} )*{COMING_CORE}(?> {AROUND}(?!\w))*")
YES_CLAUSE = says(
    rf"(?>(?:dạ|{P}|bí thư|rồi|thì|thưa) )*{YES}"
    rf"(?> (?:{YES}|{ENDING}|{P}|bí thư|dạ|chứ|với|hết|,(?= (?:{P}|bí thư|dạ|ạ|a)))(?!\w))*"
)
COMING = (
    says(
        rf"(?:{P}|sẽ|vẫn|xin|chắc chắn|nhất định|đã|sẽ cùng)(?> (?:{ADVERB}|{DAY}|xin)(?!\w))*"
        r" có mặt(?! (?:ở|tại|tiền|hàng))"
    ),
    says(
        r"(?:sẽ|vẫn|chắc chắn|nhất định|chắc chắn sẽ|vẫn sẽ) (?:có )?(?:tham dự|tham gia|(?:đi|ra|lên|xuống|vào)"
        r" họp|sang họp|qua họp"
        r"|đến dự|dự họp|về họp|về dự|đến họp|đi dự"
        r"|tới dự|tới họp|(?:đi|đến|tới) được|dự)(?! (?:đám|tiệc|lễ|cưới|thi|lớp|tập huấn|hội nghị"
        r"|ở|tại|phụ huynh))"
    ),
    says(r"(?:tham dự|tham gia|dự|đi|đến|tới|họp)(?: họp| dự)? được"),
    says(r"có mặt (?:ở|tại) (?:nhà văn|hội trường|trụ sở|phòng họp|cuộc họp|buổi|nơi họp)"),
    says(r"(?:có|đi|đến|tới) (?:họp|dự) (?:đầy đủ|đúng giờ|bình thường)"),
)
LEFT_OVER = re.compile(r"[^\s,.!#~]")
NO_BEFORE = says(r"(?:không|chưa)(?: [^\s,.;!#~]+){0,5} $|(?:không|chưa)$")
VANG_OR_VANG = re.compile(r"(?<=[^,.;!] )(?<!da )(?<!dạ )vang\b")
"""`vang` inside a clause may be `vắng`: no yes can be read beside it."""
