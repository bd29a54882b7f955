"""The phrases answers are read by: what asks, what hedges, who else is meant, and the three answers.

Every table is a pattern of `bot.rules.typed`: full Vietnamese, marks forgiven, exact words in angle brackets.
The tables `tests/rules/data/answers_*.tsv` say for each kind of sentence what must come out.
"""

import re

from bot.rules.typed import loose, says

P = r"(?:em|tôi|mình|tớ|anh|<chị>|cháu|con|bác|chú|<cô>|<dì>|<cậu>|ông|<bà>|đồng chí|bọn em|chúng tôi)"
"""How a member may call themselves; most of these words may also mean somebody else."""
DAY = (
    r"(?:(?:hôm|ngày|bữa|buổi|tối|sáng|chiều|trưa|đêm|kỳ|lần|dịp|phiên)(?: họp| sinh hoạt)?"
    r"(?: chi bộ)?(?: thường kỳ)? (?:nay|này|đó|đấy|ấy|mai|mốt|kia|tới)|mai|mốt|tuần (?:này|sau"
    r"|tới)|tháng này)"
)
ADVERB = (
    r"(?:sẽ|phải|cũng|đành|vẫn|lại|<thì>|chắc chắn|nhất định|đều|hơi|bị|rất tiếc|rất tiếc là"
    r"|tiếc là|là|chắc|mới"
    r"|thật sự|thực sự|hiện|bây giờ|cứ|đang|rồi)"
)
GO = r"(?:tham dự|tham gia|góp mặt|có mặt|đi|đến|tới|dự|họp|về|sang|ra)"
ILL = r"(?:bận|ốm|bệnh|mệt|đau|kẹt|vướng|mắc|sốt|cảm)"
ENDING = r"(?:ạ|a|nha|nghe|đấy|đó|thôi|rồi|mất|mất rồi|đâu|luôn)"
SO = r"(?:nên|cho nên|vì vậy|vì thế|do đó|thành ra|thế nên)"
DIGIT = says(
    rf"(?:(?:dạ|{P}|chọn|số|trả lời|phương án|câu|bấm|nhấn|ý|là) )*(?:0 ?)?([1-3])(?: (?:ạ|a|nha"
    rf"|nghe|{P}|rồi|[.,!)]))*"
)
POLITE_ASKING = says(
    rf"((?:xin|cho)(?: [^\s,.;?]+){{1,12}}?) (?:có )?được không"
    rf"(?: (?:ạ|a|nha|vậy|thế|{P}|bí thư))*(?: \?)?"
)
QUESTION = says(
    rf"\?|(?<!không )ai|mấy giờ|mấy người|mấy đồng chí|mấy hôm|mấy buổi|bao nhiêu|khi nào|bao giờ|lúc nào"
    rf"|ở đâu|chỗ nào|đâu (?:vậy|thế)"
    r"|hôm nào|ngày nào|buổi nào|người nào|đồng chí nào|thế nào|ra sao|làm sao|tại sao|vì sao"
    r"|sao (?:vậy|thế|lại|không)|có sao"
    r"|những gì|là gì|cái gì|gì (?:vậy|thế|không)|việc gì|vấn đề gì|họp gì|hả|<hở>|<à>|nhỉ"
    r"|phải không|đúng không|hay không|hay chưa"
    rf"|(?:không|chưa)(?: (?:ạ|a|vậy|thế|nhỉ|nha|{P}|bí thư))*(?= [,.!]|$)"
    r"|what time|when|where|who"
)
DOUBT = says(
    r"(?:không|chưa) (?:dám )?(?:chắc|biết|rõ|quyết|xác định|hứa|nói trước|xem|trả lời|sắp xếp"
    r"|thu xếp|thể trả lời)(?! chắn)"
    rf"|để (?:{P} |bố trí |mai |tối |xíu |lát )*(?:xem|coi|hỏi|tính|sắp xếp|thu xếp|kiểm tra|báo"
    rf"|nghĩ|suy nghĩ|check)"
    r"|(?<!không )có thể|có lẽ|có khi|hình như|chắc(?! chắn)|nếu|tùy|tuỳ|cố gắng|<cố>|<ráng>|gắng"
    r"|(?:báo|trả lời|nhắn|phản hồi|thông báo|nói)(?: lại)? (?:sau|lại)|trả lời|nhắc lại"
    r"|nhắc (?:em|tôi)|thu xếp|sắp xếp|phân vân"
    r"|hên xui|khả năng|e là|em rằng|sợ (?:là|rằng|không)"
    r"|(?<!nhất )(?<!quyết )(?<!khẳng )(?<!gia )(?<!nhà )định|dự định|dự kiến|<chờ>|<đợi>"
    r"|xem (?:đã|lịch|tình hình|sao|lại|xét)|hoặc|hay là|hay|nhỡ|giả sử|phụ thuộc|may ra|suýt"
    r"|tưởng|nghe nói|nghe bảo"
    r"|bấm nhầm|nhầm|<đừng>|đùa|đa số|một số|danh sách|mọi người|mọi ng|mọi khi|mấy anh|mấy chị"
    r"|các|<những>|người ta"
    rf"|(?:anh|chị|ông|bà|cô|chú) ấy|<họ>|<nó>|<hộ>|hộ(?= (?:anh|chị|ông|bà|cô|chú|bác|đồng chí"
    rf"|cho))|giúp|giùm|dùm|nhờ|thay mặt|về sớm|xin (?:{P} )?(?:tài liệu|thông tin|nội dung)"
    r"|không (?:có )?ai (?:đi|đến|tới|vắng|nghỉ|dự|họp|có mặt|tham gia)|đang có mặt"
    r"|có mặt (?:ở|tại)(?! (?:nhà văn|hội trường|trụ sở|phòng họp|cuộc họp|buổi|nơi họp))"
    r"|yêu cầu|đề nghị|<mời>|<nhớ>|mong|(?:lát|tí|chút|tẹo|xíu) (?:nữa )?(?:trả lời|báo|nói|nhắn)"
    r"|maybe|perhaps|not sure|if"
    r"|quy định|rút lại|<rút>|<hủy>|<huỷ>|đổi lại|thay vì|<sợ>|<lo>|(?:phút|tiếng|tí|chút|lát"
    r"|xíu) nữa|nữa (?:em|tôi) mới"
    r"|(?:\d+|hai|bốn|năm|mấy|nhiều|vài) (?:đồng chí|người|đảng viên|anh|<chị>|ông|<bà>|vị)"
    r"|ba (?:đồng chí|người|đảng viên)"
    r"|đồng chí (?:vắng|nghỉ|không|đi|đến|có mặt|tham gia|dự)|online|trực tuyến|zoom|nửa (?:buổi"
    r"|đầu|sau)|(?:1|một) (?:lúc|phần)"
    r"|chỉ (?:đi|dự|họp|tham gia|ở|ngồi)|được (?:khoảng )?\d+ (?:tiếng|phút)|quy định|họp bù"
    r"|<hoãn>|đổi lịch|dời|lùi|vắng (?:thì|là|có)|nghỉ (?:thì|là)|được (?:vắng|nghỉ)(?= [,.]|$)|50"
)
"""Hedges, promises to answer later, talk about others and talk about the meeting itself."""
OTHER_DAY = says(
    r"(?:lần|buổi|hôm|tháng|kỳ|kì|tuần|bữa|năm|dịp|phiên|đợt)(?: họp| sinh hoạt)? (?:trước|qua"
    r"|vừa rồi|vừa qua|nọ|trước đó)"
    r"|(?:lần|buổi|kỳ|kì|tháng|dịp|bữa)(?: họp| sinh hoạt)? (?:sau|khác)|mọi lần|mọi lúc|mọi hôm"
    r"|lúc trước|trước đây|trước giờ"
    r"|từ trước|hồi trước|trước kia|năm ngoái|last (?:time|month)|next (?:time|month)"
)
SETTLED = says(
    r"(?:trả lời|báo|nhắn|phản hồi|thông báo|xem|đọc|biết|dậy|về|tan|nhận) (?:tin )?(?:hơi "
    r"|quá )?(?:muộn|trễ|chậm)"
    r"|(?:muộn|trễ|chậm) nhất|sớm muộn"
    r"|không (?:đến|đi|tới|vào|bị|có|hề|phải|về|họp)*(?: (?:đến|đi|tới|vào|họp))* ?(?:muộn|trễ|chậm)"
    rf"|(?:{P} )?(?:đã )?(?:đi|đến|tới|về) rồi(?= [,.]|$)(?<!là đi rồi)"
    r"|chưa (?:(?:hề|bao giờ|từng|xin|báo) )*(?:vắng|nghỉ)|nghỉ (?:phép|hưu|học|việc|làm|chế độ"
    r"|thai sản)"
    r"|(?:đã|từng) (?:vắng|nghỉ)|không được (?:phép )?(?:vắng|nghỉ)|không (?:thể )?không(?: \w+)?"
    rf"|không phải (?:là )?(?:{P} )?không \w+"
    r"|không (?:\w+ )?\w+ không được"
)
"""Phrases that only look like an answer."""
NOT_LEAVE = says(
    r"không (?:(?:có|phải|phải là|hề|bao giờ|thể|muốn|xin|xin phép|cần|báo|dám|được"
    r"|đến nỗi) )*(?:vắng|nghỉ)(?: mặt| họp)?"
    r"|(?<!em )(?:vắng|nghỉ)(?: mặt| họp)?(?: gì| sao| thế nào)?(?: được)? <đâu>|(?:sao mà"
    r"|sao) (?:có |được )?(?:vắng|nghỉ)"
    r"|(?:đâu có|<đâu>) (?:(?:có|được|xin|báo) )*(?:vắng|nghỉ)|not (?:be )?absent"
)
NOT_BUSY = says(
    rf"(?:không|hết|đỡ|khỏi|bớt)(?: (?:có|còn|bị|hề))* {ILL}(?: (?:gì|việc gì|lắm|đâu|nữa|mấy))*"
    rf"|đâu có {ILL}"
)
AWAY = (
    r"(?! (?:công tác|làm|học|xa|đâu|viện|chợ|chơi|xe|bộ|ý kiến|phát biểu|một mình|sớm|đúng giờ"
    r"|kịp giờ|ngay|trước|nỗi|với|khỏi))"
)
LEAVE = (
    says(
        r"xin (?:(?!lỗi )[^\s,.;?]+ )*?(?:<phép> )?(?:<vắng>|vang mat|nghỉ(?! (?:là|hưu|học|việc))"
        r"|vang(?! (?:em|anh)\b)|kiếu|off)"
        r"(?: mặt)?(?: họp)?|cáo (?:lỗi|bận|vắng|ốm)"
    ),
    says(
        rf"báo (?:cáo )?(?:cho )?(?:{P} )?(?:xin )?(?:là )?(?:{P} )?(?:vắng|nghỉ)(?: mặt| họp)?"
        rf"|được vắng(?: mặt)?|vắng mặt"
    ),
    says(
        rf"cho(?: phép)?(?: {P})?(?: (?:được|xin|phép|xin phép|tạm|{DAY}))* (?:vắng|nghỉ"
        rf"|off)(?: mặt| họp)?"
    ),
    says(
        rf"{P}(?: (?:{ADVERB}|{DAY}|xin|xin phép|được))* (?:<vắng>|<nghỉ>|off)(?! (?:học|hưu|việc"
        rf"|phép|lễ|tết|làm|mấy|đâu|ốm|là))"
        r"(?: mặt| họp)?"
    ),
    says(
        rf"{P} (?:{ADVERB} |{DAY} )*vang(?= (?:buoi|hom|mat|vi|do|toi nay|mai|hop|nha|bua))(?: mat"
        rf"| hop)?"
    ),
    says(rf"{SO}(?: (?:{P}|{ADVERB}|{DAY}|xin|xin phép|phép|được|tạm))* (?:vắng|nghỉ)(?: mặt| họp)?"),
    says(rf"{P} (?:sẽ|phải|đành|đành phải|cũng) (?:vắng|nghỉ)(?! (?:là|hưu|học|việc))(?: mặt| họp)?"),
    says(
        rf"không (?:(?:thể|có thể|về|còn|kịp|tiện|kham|đi|đến|tới|sang|dự|đi đến) )*"
        rf"(?:(?:tham dự|tham gia|góp mặt|có mặt|đi|đến|tới|dự)(?: họp| dự| tham gia| tham dự"
        rf"| sinh hoạt)?{AWAY}"
        r"|họp được|(?:về|sang|qua|ra|lên|xuống|vô|vào) (?:họp|dự|kịp|được|tham gia"
        r"|tham dự)(?: họp| được)?"
        r"|thể (?:họp|về|sang|qua|ra))"
        rf"{AWAY}(?: được)?(?! (?:nỗi|không))"
    ),
    says(rf"{P} (?:{ADVERB} |{DAY} )*không (?:họp|về họp|sinh hoạt)(?: được)?"),
    says(
        r"(?:đi|đến|tới|dự|họp|tham gia|tham dự|về|sang|qua|ra)(?: họp| dự"
        r"| sinh hoạt)? không (?:được|nổi|kịp)"
    ),
    says(
        r"(?:cant|cannot|can not|wont|will not|not able to|unable to|not) (?:be able to )?(?:come"
        r"|coming|attend|attending|make it|join|go)"
    ),
    says(r"absent|on leave|(?:ask|asking) (?:for )?leave|day off"),
)
"""Said outright; `vang` without its mark counts only where it cannot be `vâng`."""
LEAVE_ALONE = says(
    rf"(?:(?:dạ|thưa|ok|{P}|bí thư|chi bộ|{DAY}|{ADVERB}|<vâng>|tiếc quá) )*(?:<vắng>"
    rf"|<nghỉ>)(?: mặt| họp)?"
    rf"(?! (?:thì|là|có|nhiều|học|hưu|việc|ngơi|phép|làm|lễ|mấy|ốm))"
    rf"(?: (?:{ENDING}|{DAY}|{P}|buổi|họp|bí thư|\d|vì|do|tại|bởi)(?: .*)?)?"
)
BUSY = says(
    rf"{DAY}(?: {P})?(?: {ADVERB})* (?:<bận>|ban|kẹt|vướng|mắc|có)(?= (?:việc|rồi|mất|công việc"
    rf"|trực|công tác|đám|quá|ca|họp|ạ|lịch))"
    rf"|{DAY}(?: {P})? <bận>|{P}(?: {ADVERB})* (?:<bận>|ban)(?: {DAY}| việc)?(?: mất)? rồi"
)
"""Not said outright, but on that day: leave where the message says nothing else about coming."""
MEASURE = (
    r"(?:(?:khoảng|tầm|chừng|độ|mất|cỡ|hơn|gần|lối|cho|thêm) )*"
    r"(?:\d+ (?:phút|tiếng|giờ)|\d+|(?:nửa|một|hai|ba|năm|mười|mươi|mấy|vài|ít)(?: (?:lăm|mươi"
    r"|năm))? (?:phút|tiếng|giờ|chút)"
    r"|ít|chút|một chút|tí|một tí|tí xíu|xíu|tẹo|một lát|lát|tý|nửa tiếng)"
)
LATE_VERB = (
    r"(?:đến|tới|đi|vào|vô|qua|sang|ra|lên|xuống|họp|dự|tham gia|tham dự|có mặt|về họp|đến họp|đi họp"
    r"|dự họp|đến dự)"
)
LATE = (
    says(
        rf"{LATE_VERB}(?: (?:họp|nơi|được|sẽ|có|bị|hơi|phải|dự|sinh hoạt))* (?:<muộn>"
        rf"|muon(?! (?:xin|nghi|vang|di|den|hoi|bao|biet|#))|trễ|<chậm>|cham)"
    ),
    says(rf"(?:muộn|trễ|chậm) {MEASURE}"),
    says(
        rf"(?:(?:dạ|ok|thưa|{P}|bí thư|{DAY}|sẽ|hơi|xin|xin phép|bị|phải|cho|cũng|chắc chắn|thì"
        rf"|có) )*(?:<muộn>|trễ|<chậm>)(?: (?:{ENDING}|{DAY}|{P}|họp|bí thư))*(?= [,.;!\n]|$)"
    ),
    says(rf"(?:đến|tới|vào|vô|qua|có mặt|sang) sau {MEASURE}"),
    says(rf"(?:đến|tới|vào|vô) sau(?: (?:{ENDING}|{P}))*(?= [,.;!]|$)"),
    says(
        rf"mới (?:{P} )?(?:đến|tới|vào|qua|sang|lên|xuống|ra|về|có mặt)(?: (?:tới|đến|họp|dự|nơi"
        rf"|kịp))*(?: được)?(?! (?:nhà|nơi ở))"
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
    r"|will be there|be there|attend|có (?:em|tôi|mình|cháu|bác|anh|chị|chú|cô))"
)
YES = r"(?:ok|<vâng>|nhất trí|đồng ý|có|yes|yep|tất nhiên|đương nhiên|chắc chắn rồi|chắc chắn|sure)"
AROUND = (
    rf"(?:dạ|<vâng>|ok|thưa|báo cáo|kính gửi|kính báo|kính thưa|chào|xin chào|bí thư|phó bí thư"
    rf"|chi bộ|chi ủy|{P}|{DAY}|{ENDING}"
    r"|nhất trí|đồng ý|tất nhiên|đương nhiên|yes|sẽ|vẫn|cũng|có|xin|chắc chắn|nhất định|đã|được"
    r"|hứa|xác nhận|đăng ký|sẵn sàng|là|luôn|đều|thì|rồi|và|mà"
    r"|nhưng|vậy|nên|đúng|đủ|giờ|đúng giờ|đầy đủ|bình thường|chứ|kịp|ngay|sớm|nghiêm túc|họp|dự"
    r"|sinh hoạt|buổi|cuộc|buổi họp"
    r"|thường kỳ|chuyên đề|này|tới|tháng này|lúc|vào|\d+|giờ|phút|tối|sáng|chiều|mai|nay|hôm|i"
    r"|will|can|to|the|meeting|on time|am|ill|im|a"
    r"|cùng|nhiệt tình|hết|cả|ủng hộ|xong|thôi|thế|yên tâm|(?:theo|như|đúng) (?:lịch|giấy mời"
    r"|thông báo|thời gian|kế hoạch)"
    r"|tham dự|tham gia|ơi|đi|đến|về|ill|rõ|nhận rồi|cảm ơn|cám ơn|trước)"
)
COMING_CLAUSE = says(rf"(?:{AROUND} )*{COMING_CORE}(?: {AROUND})*")
YES_CLAUSE = says(
    rf"(?:(?:dạ|{P}|bí thư|rồi|thì|thưa) )*{YES}(?: (?:{YES}|{ENDING}|{P}|bí thư|dạ|chứ|với|hết))*"
)
COMING = (
    says(rf"(?:{P}|sẽ|vẫn|xin|chắc chắn|nhất định|đã|sẽ cùng)(?: (?:{ADVERB}|{DAY}|xin))* có mặt"),
    says(
        r"(?:sẽ|vẫn|chắc chắn|nhất định|chắc chắn sẽ|vẫn sẽ) (?:có )?(?:tham dự|tham gia|đi họp"
        r"|đến dự|dự họp|về họp|về dự|đến họp|đi dự"
        r"|tới dự|tới họp|(?:đi|đến|tới) được|dự)(?! (?:đám|tiệc|lễ|cưới|thi|lớp|tập huấn|hội nghị"
        r"|ở|tại|phụ huynh))"
    ),
    says(r"(?:tham dự|tham gia|dự|đi|đến|tới|họp)(?: họp| dự)? được"),
    says(r"có mặt (?:ở|tại) (?:nhà văn|hội trường|trụ sở|phòng họp|cuộc họp|buổi|nơi họp)"),
    says(r"(?:có|đi|đến|tới) (?:họp|dự) (?:đầy đủ|đúng giờ|bình thường)"),
)
NOT_A_NAME = says(
    rf"(?:{P}|{ADVERB}|{DAY}|xin|không|có|báo|{ILL}|hôm|mai|nay|tối|phép|vắng|nghỉ|bí thư|bộ|về"
    rf"|sang|qua|ra|mưa|lũ|xe|đường|vợ|chồng|mẹ|bố|nhà|việc|đang|trực|công|gia|lý|đồng chí|ơi|ạ|a"
    rf"|cũng|được|đi|đến|tới|muộn|trễ|họp|dự)"
)
TITLED = says(r"(?:anh|chị|ông|bà|cô|chú|bác|dì|cậu|đồng chí|được) ([^\s,.;?#]+)(?: [^\s,.;?#]+)?")
RELATIVE = says(
    rf"(?:vợ|chồng|bố|mẹ|cha|má|ba|con|cháu|nhà|bạn) (?:em|tôi|mình|anh|chị)(?: (?:{ADVERB}|{DAY}"
    rf"|xin))* "
    rf"(?:không|vắng|nghỉ|đi|đến|tới|dự|tham gia|có mặt|xin|báo)"
)
ACTS = says(
    rf"(?:(?:{ADVERB}|{DAY}|cũng) )*(?:xin |báo |không )*(?:vắng|nghỉ|đi|đến|tới|dự|tham gia|có mặt"
    rf"|muộn|trễ)"
)
NAME_FIRST = re.compile(
    loose(r"(?:^|(?<=[,.;\n] ))((?:[^\W\d]+ ){1,4}?)(?=(?:xin|báo|vắng|nghỉ|không|đến|đi|có mặt|sẽ)\b)")
)
VOCATIVE = says(
    rf"(?:{P}|bí thư|phó bí thư|<cô>|<chi>)(?: (?:{P}|bí thư))*(?: [^\s,.;]+){{0,3}} ơi"
    rf"|(?:kính gửi|gửi|kính thưa|thưa|kính báo|báo cáo|chào)(?: (?:{P}|bí thư"
    rf"|phó bí thư))+(?: [^\s,.;]+){{0,3}}(?= [,:.])"
)
LEFT_OVER = re.compile(r"[^\s,.!#]")
VANG_OR_VANG = re.compile(r"(?<=[^,.;!] )(?<!da )(?<!dạ )vang\b")
"""`vang` inside a clause may be `vắng`: no yes can be read beside it."""
BECAUSE = says(
    r"(?:bởi vì|vì|<do>(?! (?:đó|ấy))|(?<!hom )(?<!bua )(?<!ngay )(?<!buoi )do|bởi|tại|lý do(?: là)?)"
)
COURTESY = (
    rf"(?:dạ|ok|<vâng>|thưa|ạ|a|nha|nghe|phó bí thư|bí thư|chi bộ|chi ủy|kính gửi|kính báo|báo cáo"
    rf"|báo|chào|xin chào|đồng chí|xin phép"
    rf"|xin lỗi|xin|mong|thông cảm|cảm ơn|cám ơn|{DAY}|buổi họp|buổi|cuộc họp|sinh hoạt|này|tới|rồi"
    rf"|mất|{SO}|là|<thì>|được|{P} ơi|nhưng mà|nhưng|mà|cũng|nữa|\d+|yes|but|sorry|hai|mặt|thôi|đâu"
    r"|sẽ|chắc chắn|:|,|\.|!|;|\n|#+)"
)
SO_AFTER = says(SO)
LEADING = re.compile(loose(rf"(?:{COURTESY} )+"))
TRAILING = re.compile(loose(rf"(?: {COURTESY}| (?:,|;|{SO})(?: (?:{P}|{ADVERB}|{DAY}|xin|phép))*)+$"))
NOTHING = says(rf"(?:{COURTESY}|{P}|họp| )*")
ONLY_A_NAME = re.compile(
    r"(?:(?i:em|tôi|mình|cháu|tớ)(?: là)? )?(?:[A-ZĐÀ-Ý]\w* ?"
    r"|[ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸƠƯ]\w* ?)+(?:đây)?"
)
