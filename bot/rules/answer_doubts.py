"""What keeps a message from being an answer: it asks, hedges, waits on something, or is about something else."""

import re

from bot.rules.answer_words import SO, P
from bot.rules.typed import says

POLITE_END = re.compile(r"(?> (?:ạ|a|nha)(?!\w))+[ .!]*$")
"""Particles that end a sentence and change nothing in it."""
POLITE_ASKING = says(
    rf"((?:xin|cho)(?: [^\s,.;?]+){{1,12}}?) (?:có )?được không"
    rf"(?> (?:ạ|a|nha|vậy|thế|{P}|bí thư)(?!\w))*(?: \?)?"
)
NO_DOUBT = says(
    r"(?>(?:rất|kính|cũng) )*mong (?:(?!là|rằng|sẽ|được)[^\s,.;?]+ ){0,6}?(?:thông cảm|cảm thông|thứ lỗi|lượng thứ"
    r"|châm chước|bỏ qua|xem xét|chấp thuận|tạo điều kiện)"
    r"|(?:mọi người|các (?:bác|anh|chị|cô|chú|đồng chí)) (?:thông cảm|cứ họp)(?: trước)?"
    r"|(?<!không )(?<!chưa )(?<!sẽ )(?:thu|sắp) xếp được(?! (?:<thì>|mới|em|tôi))(?: rồi)?"
    r"|(?:bận|mưa|mệt|xa|khó) (?:mấy|thế nào)(?= (?:em |tôi |mình |bác )?(?:cũng|vẫn))"
    r"|(?:thế nào|kiểu gì|sao|gì thì gì|giá nào)(?= (?:em |tôi |mình |bác )?cũng)|(?<=chứ )sao không(?! \?)"
    r"|không (?:sao(?: đâu)?|vấn đề gì|phải trực|trực|ngại gì)|(?:dù|tuy|mặc dù) (?:[^\s,.;#]+ ){1,4}?nhưng(?= )"
)
"""What would be a doubt or a question elsewhere."""
FIRST_THOUGHT = says(
    rf"(?:(?:lúc|ban) đầu )?(?:{P} )?(?:cũng )?(?:định|tính) [^,.;#]{{1,30}} nhưng"
    r"(?= (?:mà )?(?:giờ|bây giờ|nay|lại|thôi))"
)
"""What somebody meant to do before they made up their mind."""
QUESTION = says(
    r"\?|(?<!không )ai|mấy giờ|mấy người|mấy đồng chí|mấy hôm(?! nay| rồi)|mấy buổi|bao nhiêu|khi nào|bao giờ"
    r"|lúc nào|ở đâu|ở <mô>|chỗ nào|đâu (?:vậy|thế|rồi)"
    r"|hôm nào|ngày nào|buổi nào|người nào|đồng chí nào|thế nào|ra sao|làm sao|tại sao|vì sao"
    r"|sao (?:vậy|thế|lại|không|rồi)|có sao"
    r"|những gì|là gì|cái gì|gì (?:vậy|thế|không)|việc gì|vấn đề gì|họp gì|hả|<hở>|<à>|nhỉ|<răng> (?:rứa|lại)"
    r"|phải không|đúng không|hay không|hay chưa"
    rf"|(?:không|chưa)(?> (?:ạ|a|vậy|thế|nhỉ|nha|{P}|bí thư)(?!\w))*(?= [,.!]|$)"
    r"|what time|when|where|who"
)
HEDGE = says(
    r"(?:không|chưa) (?:dám )?(?:chắc|biết|rõ|quyết|xác định|hứa|nói trước|xem|trả lời|sắp xếp"
    r"|thu xếp|thể trả lời)(?! chắn)"
    r"|(?<!không )có thể|có lẽ|có khi|hình như|chắc(?! chắn)|cố gắng|<cố>|<ráng>|gắng"
    r"|thu xếp|sắp xếp|phân vân|hên xui|khả năng|e là|em rằng|sợ (?:là|rằng|không)|<sợ>|<lo>"
    r"|(?<!nhất )(?<!quyết )(?<!khẳng )(?<!gia )(?<!nhà )định|dự định|dự kiến|tính (?:đi|vắng|nghỉ|không|xin)"
    r"|xem (?:đã|lịch|tình hình|sao|lại|xét)|hoặc|hay là|hay|nhỡ|giả sử|may ra|suýt|tưởng|nghe nói|nghe bảo"
    r"|khó (?:mà |lòng |có thể )?(?:đi|đến|tới|dự|họp|tham gia|về|qua|sang|ra)|muốn (?:đi|đến|tới|dự|họp|tham)"
    r"|chưa (?:[^\s,.;]+ )?(?:đi|đến|tới|dự|họp|tham gia|tham dự|có mặt)|ước|giá mà|tiếc"
    r" (?:quá )?không|gần như|50|maybe|perhaps|not sure"
)
CONDITION = says(
    r"nếu|(?!tuy (?:bận|mệt|ốm|đau|nhiên|xa|mưa|già|nhà|trời|là|có|yếu))(?:tùy|tuỳ)|phụ thuộc|miễn|với điều kiện"
    r"|trừ (?:khi|phi|trường hợp)|chừng nào|một khi|hễ|<chờ>|<đợi>|if|unless"
    rf"|(?:không|hết|đỡ|khỏi|ngớt|tạnh|kịp|rảnh|xong|được|khỏe|khoẻ|có xe|có ai|đông|vắng)"
    rf"(?: (?!{SO} )[^\s,.;#]+){{0,3}}(?: ,)? <thì>"
    r"|(?:tạnh|hết (?!giờ|ca|tiết)[^\s,.;]+|đỡ|khỏi|ngớt|ráo|rảnh)(?: [^\s,.;#]+){0,3} mới"
    r"|(?:đến|tới|vào|vô|qua|sang|có mặt) (?:lúc|khoảng|tầm|chừng) (?:\d+ giờ|\d+ : \d+)(?: \d+)?(?: mới)? được"
)
"""What has to happen first; and who can come at some hour only, which may be in time or not."""
LATER = says(
    rf"để (?>{P} |bố trí |mai |tối |xíu |lát )*(?:xem|coi|hỏi|tính|sắp xếp|thu xếp|kiểm tra|báo"
    rf"|nghĩ|suy nghĩ|check)"
    r"|(?:báo|trả lời|nhắn|phản hồi|thông báo|nói)(?: lại)? (?:sau|lại)|trả lời|nhắc lại|nhắc (?:em|tôi)"
    r"|(?:lát|tí|chút|tẹo|xíu) (?:nữa )?(?:trả lời|báo|nói|nhắn)"
    r"|(?:phút|tiếng|tí|chút|lát|xíu) nữa|nữa (?:em|tôi) mới"
)
OTHERS = says(
    r"đa số|một số|danh sách|mọi người|mọi ng|mọi khi|mấy anh|mấy chị|các|<những>|người ta"
    r"|(?:anh|chị|ông|bà|cô|chú|bác|chú|em) ấy|<họ>|<nó>|<hắn>|ổng|bả|<như> (?:anh|chị|ông|bà|cô|chú|bác)"
    r"|<hộ>|hộ(?= (?:anh|chị|ông|bà|cô|chú|bác|đồng chí|cho))|giúp|giùm|dùm|nhờ|thay (?:mặt|tôi|em|cho)|đi thay"
    r"|không (?:có )?ai (?:đi|đến|tới|vắng|nghỉ|dự|họp|có mặt|tham gia)"
    r"|(?<!đảm )(?<!bảo )<bảo>(?! (?:vệ|hiểm|đảm|dưỡng|tàng|trì))|<kêu>|(?<!giấy )(?<!thư )<mời>|yêu cầu|đề nghị"
    r"|<nhớ>|mong|<đừng>"
    r"|(?:\d+|hai|bốn|năm|mấy|nhiều|vài) (?:đồng chí|người|đảng viên|anh|<chị>|ông|<bà>|vị)"
    r"|ba (?:đồng chí|người|đảng viên)|đồng chí (?:vắng|nghỉ|không|đi|đến|có mặt|tham gia|dự)"
)
"""Somebody else is spoken of, spoken for, or called upon."""
NEITHER = says(
    r"bấm nhầm|nhầm|đùa|<quên>|rút lại|<rút>|<hủy>|<huỷ>|đổi lại|thay vì|quy định|họp bù|<hoãn>|đổi lịch|dời|lùi"
    r"|không cho (?:[^\s,.;]+ ){0,2}?(?:vắng|nghỉ)|rồi (?:xin |lại )?về|đông đủ|có mặt (?:hết|cả)"
    r"|(?:hội trường|nhà văn hóa|trụ sở|phòng)(?: [^\s,.;]+){0,3} không họp|không họp (?:được )?ở"
    r"|về sớm|về trước|xin (?:[^\s,.;]+ ){0,2}?về|online|trực tuyến|zoom|qua mạng|nửa (?:buổi|đầu|sau)|(?:1|một)"
    r" (?:lúc|phần)(?! (?:sau|nữa))"
    r"|chỉ (?:đi|dự|họp|tham gia|ở|ngồi)|được (?:khoảng )?\d+ (?:tiếng|phút)"
    rf"|xin (?:{P} )?(?:tài liệu|thông tin|nội dung|lịch|giấy)"
    r"|vắng (?:thì|là|có)|nghỉ (?:thì|là)|được (?:vắng|nghỉ)(?= [,.]|$)"
    r"|(?:vừa|mới) (?:đi|dự|họp)(?: [^\s,.;]+){0,3} về|có mặt (?:tiền|hàng|bằng)|đang có mặt"
    r"|có mặt (?:ở|tại)(?! (?:nhà văn|hội trường|trụ sở|phòng họp|cuộc họp|buổi|nơi họp))"
    r"|(?:đi|đến|tới|dự|họp) (?:sao|răng|gì|chi|thế nào|cái gì)(?: mà)?(?> (?:được|nổi|đi|đến|họp)(?!\w))+"
    r"|(?:no|khon) (?:đi|đến|tới|dự|họp|vắng|nghỉ)"
    r"|không đi (?:đâu|<mô>)|(?:đi|đến|họp) (?:đâu|<mô>)(?: mà)? (?:đi|đến|họp)"
)
"""What is none of the three answers: half a meeting, from afar, taken back, about the meeting itself."""
DOUBTS = (HEDGE, CONDITION, LATER, OTHERS, NEITHER)
OTHER_DAY = says(
    r"(?:lần|buổi|hôm|tháng|kỳ|kì|tuần|bữa|năm|dịp|phiên|đợt)(?: họp| sinh hoạt)? (?:trước|qua"
    r"|vừa rồi|vừa qua|nọ|trước đó)"
    r"|(?:lần|buổi|kỳ|kì|tháng|dịp|bữa)(?: họp| sinh hoạt)? (?:sau|khác)|mọi lần|mọi lúc|mọi hôm"
    r"|lúc trước|trước đây|trước giờ|từ trước|hồi trước|hồi nãy|trước kia|năm ngoái|last (?:time|month)|next (?:time"
    r"|month)"
)
