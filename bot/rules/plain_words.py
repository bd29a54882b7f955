"""An answer in a member's own words: coming, leave, late, or honestly not understood.

Nothing is guessed. What hedges, asks, speaks of another person or another day, or says two things at once
has no answer, and the member is asked back.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules.typed import Typed, blank, clauses, loose, read, says
from bot.rules.words import Answer


@dataclass(frozen=True)
class Reading:
    """What one message says about coming."""

    answer: Answer | None
    """None where it is not sure."""
    reason: str | None
    """The member's own words for not coming or coming late, as typed."""
    sure: bool
    """Whether the answer may be recorded without asking back."""
    digit: int | None
    """A bare 1, 2 or 3, which answers the newest open question, whatever that asked."""
    question: bool
    """Whether the message asks something."""


BY_DIGIT = {1: Answer.COMING, 2: Answer.LEAVE, 3: Answer.LATE}
"""What a digit means where the newest open question is about a meeting."""

UNSURE = Reading(answer=None, reason=None, sure=False, digit=None, question=False)


def read_answer(text: str) -> Reading:
    """Read one message as an answer to an invitation; `answer` is None unless it is sure."""
    typed = read(text)
    digit = DIGIT.fullmatch(typed.said)
    if digit:
        return Reading(None, None, sure=False, digit=int(digit[1]), question=False)
    said = _here_and_now(_polite(typed.said))
    if QUESTION.search(said):
        return Reading(None, None, sure=False, digit=None, question=True)
    if DOUBT.search(said) or _of_another(typed, said):
        return UNSURE
    answer, core = _answer(said)
    if answer is None:
        return UNSURE
    reason = None if answer is Answer.COMING else _reason(typed, blank(blank(said, NOT_LEAVE), VOCATIVE), core)
    return Reading(answer, reason, sure=True, digit=None, question=False)


Core = tuple[int, int] | None

P = r"(?:em|tôi|mình|tớ|anh|<chị>|cháu|con|bác|chú|<cô>|<dì>|<cậu>|ông|<bà>|đồng chí|bọn em|chúng tôi)"
"""How a member may call themselves; most of these words may also mean somebody else."""
DAY = (
    r"(?:(?:hôm|ngày|bữa|buổi|tối|sáng|chiều|trưa|đêm|kỳ|lần|dịp|phiên)(?: họp| sinh hoạt)?"
    r"(?: chi bộ)?(?: thường kỳ)? (?:nay|này|đó|đấy|ấy|mai|mốt|kia|tới)|mai|mốt|tuần (?:này|sau|tới)|tháng này)"
)
ADVERB = (
    r"(?:sẽ|phải|cũng|đành|vẫn|lại|<thì>|chắc chắn|nhất định|đều|hơi|bị|rất tiếc|rất tiếc là|tiếc là|là|chắc|mới"
    r"|thật sự|thực sự|hiện|bây giờ|cứ|đang|rồi)"
)
GO = r"(?:tham dự|tham gia|góp mặt|có mặt|đi|đến|tới|dự|họp|về|sang|ra)"
ILL = r"(?:bận|ốm|bệnh|mệt|đau|kẹt|vướng|mắc|sốt|cảm)"
ENDING = r"(?:ạ|a|nha|nghe|đấy|đó|thôi|rồi|mất|mất rồi|đâu|luôn)"

SO = r"(?:nên|cho nên|vì vậy|vì thế|do đó|thành ra|thế nên)"

DIGIT = says(
    rf"(?:(?:dạ|{P}|chọn|số|trả lời|phương án|câu|bấm|nhấn|ý|là) )*(?:0 ?)?([1-3])(?: (?:ạ|a|nha|nghe|{P}|rồi|[.,!)]))*"
)

POLITE_ASKING = says(
    rf"((?:xin|cho)(?: [^\s,.;?]+){{1,12}}?) (?:có )?được không"
    rf"(?: (?:ạ|a|nha|vậy|thế|{P}|bí thư))*(?: \?)?"
)
QUESTION = says(
    rf"\?|ai|mấy giờ|mấy người|mấy đồng chí|mấy hôm|mấy buổi|bao nhiêu|khi nào|bao giờ|lúc nào|ở đâu|chỗ nào|đâu (?:vậy|thế)"
    r"|hôm nào|ngày nào|buổi nào|người nào|đồng chí nào|thế nào|ra sao|làm sao|tại sao|vì sao|sao (?:vậy|thế|lại|không)|có sao"
    r"|những gì|là gì|cái gì|gì (?:vậy|thế|không)|việc gì|vấn đề gì|họp gì|hả|<hở>|<à>|nhỉ|phải không|đúng không|hay không|hay chưa"
    rf"|(?:không|chưa)(?: (?:ạ|a|vậy|thế|nhỉ|nha|{P}|bí thư))*(?= [,.!]|$)"
    r"|what time|when|where|who"
)
DOUBT = says(
    r"(?:không|chưa) (?:dám )?(?:chắc|biết|rõ|quyết|xác định|hứa|nói trước|xem|trả lời|sắp xếp|thu xếp|thể trả lời)(?! chắn)"
    rf"|để (?:{P} |bố trí |mai |tối |xíu |lát )*(?:xem|coi|hỏi|tính|sắp xếp|thu xếp|kiểm tra|báo|nghĩ|suy nghĩ|check)"
    r"|(?<!không )có thể|có lẽ|có khi|hình như|chắc(?! chắn)|nếu|tùy|tuỳ|cố gắng|<cố>|<ráng>|gắng"
    r"|(?:báo|trả lời|nhắn|phản hồi|thông báo|nói)(?: lại)? (?:sau|lại)|trả lời|nhắc lại|nhắc (?:em|tôi)|thu xếp|sắp xếp|phân vân"
    r"|hên xui|khả năng|e là|em rằng|sợ (?:là|rằng|không)|(?<!nhất )(?<!quyết )(?<!khẳng )(?<!gia )(?<!nhà )định|dự định|dự kiến|<chờ>|<đợi>"
    r"|xem (?:đã|lịch|tình hình|sao|lại|xét)|hoặc|hay là|hay|nhỡ|giả sử|phụ thuộc|may ra|suýt|tưởng|nghe nói|nghe bảo"
    r"|bấm nhầm|nhầm|<đừng>|đùa|đa số|một số|danh sách|mọi người|mọi ng|mọi khi|mấy anh|mấy chị|các|<những>|người ta"
    rf"|(?:anh|chị|ông|bà|cô|chú) ấy|<họ>|<nó>|<hộ>|hộ(?= (?:anh|chị|ông|bà|cô|chú|bác|đồng chí|cho))|giúp|giùm|dùm|nhờ|thay mặt|về sớm|xin (?:{P} )?(?:tài liệu|thông tin|nội dung)"
    r"|yêu cầu|đề nghị|<mời>|<nhớ>|mong|(?:lát|tí|chút|tẹo|xíu) (?:nữa )?(?:trả lời|báo|nói|nhắn)|maybe|perhaps|not sure|if"
    r"|quy định|rút lại|<rút>|<hủy>|<huỷ>|đổi lại|thay vì|<sợ>|<lo>|(?:phút|tiếng|tí|chút|lát|xíu) nữa|nữa (?:em|tôi) mới"
    r"|(?:\d+|hai|bốn|năm|mấy|nhiều|vài) (?:đồng chí|người|đảng viên|anh|<chị>|ông|<bà>|vị)|ba (?:đồng chí|người|đảng viên)"
    r"|đồng chí (?:vắng|nghỉ|không|đi|đến|có mặt|tham gia|dự)|online|trực tuyến|zoom|nửa (?:buổi|đầu|sau)|(?:1|một) (?:lúc|phần)"
    r"|chỉ (?:đi|dự|họp|tham gia|ở|ngồi)|được (?:khoảng )?\d+ (?:tiếng|phút)|quy định|họp bù|<hoãn>|đổi lịch|dời|lùi|vắng (?:thì|là|có)|nghỉ (?:thì|là)|được (?:vắng|nghỉ)(?= [,.]|$)|50"
)
"""Hedges, promises to answer later, talk about others and talk about the meeting itself."""

OTHER_DAY = says(
    r"(?:lần|buổi|hôm|tháng|kỳ|kì|tuần|bữa|năm|dịp|phiên|đợt)(?: họp| sinh hoạt)? (?:trước|qua|vừa rồi|vừa qua|nọ|trước đó)"
    r"|(?:lần|buổi|kỳ|kì|tháng|dịp|bữa)(?: họp| sinh hoạt)? (?:sau|khác)|mọi lần|mọi lúc|mọi hôm|lúc trước|trước đây|trước giờ"
    r"|từ trước|hồi trước|trước kia|năm ngoái|last (?:time|month)|next (?:time|month)"
)

SETTLED = says(
    r"(?:trả lời|báo|nhắn|phản hồi|thông báo|xem|đọc|biết|dậy|về|tan|nhận) (?:tin )?(?:hơi |quá )?(?:muộn|trễ|chậm)"
    r"|(?:muộn|trễ|chậm) nhất|sớm muộn"
    r"|không (?:đến|đi|tới|vào|bị|có|hề|phải|về|họp)*(?: (?:đến|đi|tới|vào|họp))* ?(?:muộn|trễ|chậm)"
    rf"|(?:{P} )?(?:đã )?(?:đi|đến|tới|về) rồi(?= [,.]|$)(?<!là đi rồi)"
    r"|chưa (?:(?:hề|bao giờ|từng|xin|báo) )*(?:vắng|nghỉ)|nghỉ (?:phép|hưu|học|việc|làm|chế độ|thai sản)"
    r"|(?:đã|từng) (?:vắng|nghỉ)|không được (?:phép )?(?:vắng|nghỉ)|không (?:thể )?không(?: \w+)?"
    rf"|không phải (?:là )?(?:{P} )?không \w+"
    r"|không (?:\w+ )?\w+ không được"
)
"""Phrases that only look like an answer."""
NOT_LEAVE = says(
    r"không (?:(?:có|phải|phải là|hề|bao giờ|thể|muốn|xin|xin phép|cần|báo|dám|được|đến nỗi) )*(?:vắng|nghỉ)(?: mặt| họp)?"
    r"|(?<!em )(?:vắng|nghỉ)(?: mặt| họp)?(?: gì| sao| thế nào)?(?: được)? <đâu>|(?:sao mà|sao) (?:có |được )?(?:vắng|nghỉ)"
    r"|<đâu> (?:(?:có|được|xin|báo) )*(?:vắng|nghỉ)|not (?:be )?absent"
)
NOT_BUSY = says(
    rf"(?:không|hết|đỡ|khỏi|bớt)(?: (?:có|còn|bị|hề))* {ILL}(?: (?:gì|việc gì|lắm|đâu|nữa|mấy))*|đâu có {ILL}"
)

AWAY = r"(?! (?:công tác|làm|học|xa|<đâu>|viện|chợ|chơi|xe|bộ|ý kiến|phát biểu|một mình|sớm|đúng giờ|kịp giờ|ngay|trước|nỗi|với|khỏi))"
LEAVE = (
    says(
        r"xin (?:(?!lỗi )[^\s,.;?]+ )*?(?:<phép> )?(?:<vắng>|vang mat|nghỉ(?! (?:là|hưu|học|việc))|vang(?! (?:em|anh)\b)|kiếu|off)"
        r"(?: mặt)?(?: họp)?|cáo (?:lỗi|bận|vắng|ốm)"
    ),
    says(
        rf"báo (?:cáo )?(?:cho )?(?:{P} )?(?:xin )?(?:là )?(?:{P} )?(?:vắng|nghỉ)(?: mặt| họp)?|được vắng(?: mặt)?|vắng mặt"
    ),
    says(
        rf"cho(?: phép)?(?: {P})?(?: (?:được|xin|phép|xin phép|tạm|{DAY}))* (?:vắng|nghỉ|off)(?: mặt| họp)?"
    ),
    says(
        rf"{P}(?: (?:{ADVERB}|{DAY}|xin|xin phép|được))* (?:<vắng>|<nghỉ>|off)(?! (?:học|hưu|việc|phép|lễ|tết|làm|mấy|đâu|ốm|là))"
        r"(?: mặt| họp)?"
    ),
    says(rf"{P} (?:{ADVERB} |{DAY} )*vang(?= (?:buoi|hom|mat|vi|do|toi nay|mai|hop|nha|bua))(?: mat| hop)?"),
    says(rf"{SO}(?: (?:{P}|{ADVERB}|{DAY}|xin|xin phép|phép|được|tạm))* (?:vắng|nghỉ)(?: mặt| họp)?"),
    says(rf"{P} (?:sẽ|phải|đành|đành phải|cũng) (?:vắng|nghỉ)(?! (?:là|hưu|học|việc))(?: mặt| họp)?"),
    says(
        rf"không (?:(?:thể|có thể|về|còn|kịp|tiện|kham|đi|đến|tới|sang|dự|đi đến) )*"
        rf"(?:(?:tham dự|tham gia|góp mặt|có mặt|đi|đến|tới|dự)(?: họp| dự| tham gia| tham dự| sinh hoạt)?{AWAY}"
        r"|họp được|(?:về|sang|qua|ra|lên|xuống|vô|vào) (?:họp|dự|kịp|được|tham gia|tham dự)(?: họp| được)?"
        r"|thể (?:họp|về|sang|qua|ra))"
        rf"{AWAY}(?: được)?(?! (?:nỗi|không))"
    ),
    says(rf"{P} (?:{ADVERB} |{DAY} )*không (?:họp|về họp|sinh hoạt)(?: được)?"),
    says(
        r"(?:đi|đến|tới|dự|họp|tham gia|tham dự|về|sang|qua|ra)(?: họp| dự| sinh hoạt)? không (?:được|nổi|kịp)"
    ),
    says(
        r"(?:cant|cannot|can not|wont|will not|not able to|unable to|not) (?:be able to )?(?:come|coming|attend|attending|make it|join|go)"
    ),
    says(r"absent|on leave|(?:ask|asking) (?:for )?leave|day off"),
)
"""Said outright; `vang` without its mark counts only where it cannot be `vâng`."""
LEAVE_ALONE = says(
    rf"(?:(?:dạ|thưa|ok|{P}|bí thư|chi bộ|{DAY}|{ADVERB}|<vâng>|tiếc quá) )*(?:<vắng>|<nghỉ>)(?: mặt| họp)?"
    rf"(?! (?:thì|là|có|nhiều|học|hưu|việc|ngơi|phép|làm|lễ|mấy|ốm))"
    rf"(?: (?:{ENDING}|{DAY}|{P}|buổi|họp|bí thư|\d|vì|do|tại|bởi)(?: .*)?)?"
)
BUSY = says(
    rf"{DAY}(?: {P})?(?: {ADVERB})* (?:<bận>|ban|kẹt|vướng|mắc|có)(?= (?:việc|rồi|mất|công việc|trực|công tác|đám|quá|ca|họp|ạ|lịch))"
    rf"|{DAY}(?: {P})? <bận>|{P}(?: {ADVERB})* (?:<bận>|ban)(?: {DAY}| việc)?(?: mất)? rồi"
)
"""Not said outright, but on that day: leave where the message says nothing else about coming."""

MEASURE = (
    r"(?:(?:khoảng|tầm|chừng|độ|mất|cỡ|hơn|gần|lối|cho|thêm) )*"
    r"(?:\d+ (?:phút|tiếng|giờ)|\d+|(?:nửa|một|hai|ba|năm|mười|mươi|mấy|vài|ít)(?: (?:lăm|mươi|năm))? (?:phút|tiếng|giờ|chút)"
    r"|ít|chút|một chút|tí|một tí|tí xíu|xíu|tẹo|một lát|lát|tý|nửa tiếng)"
)
LATE_VERB = r"(?:đến|tới|đi|vào|vô|qua|sang|ra|lên|xuống|họp|dự|tham gia|tham dự|có mặt|về họp|đến họp|đi họp|dự họp|đến dự)"
LATE = (
    says(
        rf"{LATE_VERB}(?: (?:họp|nơi|được|sẽ|có|bị|hơi|phải|dự|sinh hoạt))* (?:<muộn>|muon(?! (?:xin|nghi|vang|di|den|hoi|bao|biet|#))|trễ|<chậm>|cham)"
    ),
    says(rf"(?:muộn|trễ|chậm) {MEASURE}"),
    says(
        rf"(?:(?:dạ|ok|thưa|{P}|bí thư|{DAY}|sẽ|hơi|xin|xin phép|bị|phải|cho|cũng|chắc chắn|thì|có) )*(?:<muộn>|trễ|<chậm>)(?: (?:{ENDING}|{DAY}|{P}|họp|bí thư))*(?= [,.;!\n]|$)"
    ),
    says(rf"(?:đến|tới|vào|vô|qua|có mặt|sang) sau {MEASURE}"),
    says(rf"(?:đến|tới|vào|vô) sau(?: (?:{ENDING}|{P}))*(?= [,.;!]|$)"),
    says(
        rf"mới (?:{P} )?(?:đến|tới|vào|qua|sang|lên|xuống|ra|về|có mặt)(?: (?:tới|đến|họp|dự|nơi|kịp))*(?: được)?(?! (?:nhà|nơi ở))"
    ),
    says(
        r"(?:be|come|coming|arrive|arriving|running|am|im) (?:a (?:bit|little) )?(?:late|\d+ minutes late)|late"
    ),
)

COMING_CORE = (
    r"(?:có mặt|tham dự|tham gia|đến dự|dự|đi họp|đi dự|về họp|về dự|đến họp|tới họp|tới dự|qua họp|sang họp|lên họp|đến tham gia"
    r"|đến tham dự|có đi|đi|đến|tới|(?:em|tôi|mình|bác|chú|cháu) (?:sẽ |vẫn |có )?họp|coming|come|will be there|be there|attend|có (?:em|tôi|mình|cháu|bác|anh|chị|chú|cô))"
)
YES = r"(?:ok|<vâng>|nhất trí|đồng ý|có|yes|yep|tất nhiên|đương nhiên|chắc chắn rồi|chắc chắn|sure)"
AROUND = (
    rf"(?:dạ|<vâng>|ok|thưa|báo cáo|kính gửi|kính báo|kính thưa|chào|xin chào|bí thư|phó bí thư|chi bộ|chi ủy|{P}|{DAY}|{ENDING}"
    r"|nhất trí|đồng ý|tất nhiên|đương nhiên|yes|sẽ|vẫn|cũng|có|xin|chắc chắn|nhất định|đã|được|hứa|xác nhận|đăng ký|sẵn sàng|là|luôn|đều|thì|rồi|và|mà"
    r"|nhưng|vậy|nên|đúng|đủ|giờ|đúng giờ|đầy đủ|bình thường|chứ|kịp|ngay|sớm|nghiêm túc|họp|dự|sinh hoạt|buổi|cuộc|buổi họp"
    r"|thường kỳ|chuyên đề|này|tới|tháng này|lúc|vào|\d+|giờ|phút|tối|sáng|chiều|mai|nay|hôm|i|will|can|to|the|meeting|on time|am|ill|im|a"
    r"|cùng|nhiệt tình|hết|cả|ủng hộ|xong|thôi|thế|yên tâm|(?:theo|như|đúng) (?:lịch|giấy mời|thông báo|thời gian|kế hoạch)"
    r"|tham dự|tham gia|ơi|đi|đến|về|ill|rõ|nhận rồi|cảm ơn|cám ơn|trước)"
)
COMING_CLAUSE = says(rf"(?:{AROUND} )*{COMING_CORE}(?: {AROUND})*")
YES_CLAUSE = says(
    rf"(?:(?:dạ|{P}|bí thư|rồi|thì|thưa) )*{YES}(?: (?:{YES}|{ENDING}|{P}|bí thư|dạ|chứ|với|hết))*"
)
COMING = (
    says(rf"(?:{P}|sẽ|vẫn|xin|chắc chắn|nhất định|đã|sẽ cùng)(?: (?:{ADVERB}|{DAY}|xin))* có mặt"),
    says(
        r"(?:sẽ|vẫn|chắc chắn|nhất định|chắc chắn sẽ|vẫn sẽ) (?:có )?(?:tham dự|tham gia|đi họp|đến dự|dự họp|về họp|về dự|đến họp|đi dự"
        r"|tới dự|tới họp|(?:đi|đến|tới) được|dự)(?! (?:đám|tiệc|lễ|cưới|thi|lớp|tập huấn|hội nghị|ở|tại|phụ huynh))"
    ),
    says(r"(?:tham dự|tham gia|dự|đi|đến|tới|họp)(?: họp| dự)? được"),
    says(r"(?:có|đi|đến|tới) (?:họp|dự) (?:đầy đủ|đúng giờ|bình thường)"),
)


def _polite(said: str) -> str:
    """`cho em xin nghỉ được không ạ` asks for leave and not for information: the asking tail goes."""
    return POLITE_ASKING.sub(lambda m: m[1] + "#" * (len(m[0]) - len(m[1])), said)


def _here_and_now(said: str) -> str:
    """Without the clauses that speak of another meeting."""
    for start, end in clauses(said):
        if OTHER_DAY.search(said, start, end):
            said = said[:start] + "#" * (end - start) + said[end:]
    return said


NOT_A_NAME = says(
    rf"(?:{P}|{ADVERB}|{DAY}|xin|không|có|báo|{ILL}|hôm|mai|nay|tối|phép|vắng|nghỉ|bí thư|bộ|về|sang|qua|ra|mưa|lũ|xe|đường|vợ|chồng|mẹ|bố|nhà|việc|đang|trực|công|gia|lý|đồng chí|ơi|ạ|a|cũng|được|đi|đến|tới|muộn|trễ|họp|dự)"
)
TITLED = says(r"(?:anh|chị|ông|bà|cô|chú|bác|dì|cậu|đồng chí|được) ([^\s,.;?#]+)(?: [^\s,.;?#]+)?")
RELATIVE = says(
    rf"(?:vợ|chồng|bố|mẹ|cha|má|ba|con|cháu|nhà|bạn) (?:em|tôi|mình|anh|chị)(?: (?:{ADVERB}|{DAY}|xin))* "
    rf"(?:không|vắng|nghỉ|đi|đến|tới|dự|tham gia|có mặt|xin|báo)"
)


ACTS = says(
    rf"(?:(?:{ADVERB}|{DAY}|cũng) )*(?:xin |báo |không )*(?:vắng|nghỉ|đi|đến|tới|dự|tham gia|có mặt|muộn|trễ)"
)
NAME_FIRST = re.compile(
    loose(rf"(?:^|(?<=[,.;\n] ))((?:[^\W\d]+ ){{1,4}}?)(?=(?:xin|báo|vắng|nghỉ|không|đến|đi|có mặt|sẽ)\b)")
)
VOCATIVE = says(
    rf"(?:{P}|bí thư|phó bí thư|<cô>|<chi>)(?: (?:{P}|bí thư))*(?: [^\s,.;]+){{0,3}} ơi"
    rf"|(?:kính gửi|gửi|kính thưa|thưa|kính báo|báo cáo|chào)(?: (?:{P}|bí thư|phó bí thư))+(?: [^\s,.;]+){{0,3}}(?= [,:.])"
)


def _of_another(typed: Typed, said: str) -> bool:
    """Whether the message speaks of somebody else: a relative, a title with a name, a name alone."""
    said = blank(said, VOCATIVE)
    if RELATIVE.search(said) or any(_is_name(typed, m) for m in NAME_FIRST.finditer(said)):
        return True
    titled = (m for m in TITLED.finditer(said) if not NOT_A_NAME.fullmatch(m[1]))
    return any(ACTS.match(said, m.end(1) + 1) or _capital(typed.written(*m.span(1))) for m in titled)


def _is_name(typed: Typed, match: re.Match[str]) -> bool:
    words = typed.written(*match.span(1)).split()
    return all(map(_capital, words)) and not NOT_A_NAME.fullmatch(match[1].split()[0])


def _capital(word: str) -> bool:
    return word[:1].isupper() and not word[1:].isupper()


def _answer(said: str) -> tuple[Answer | None, Core]:
    """The one answer in the text and where it stands; None where there are none or several."""
    said = blank(said, SETTLED)
    stays = bool(NOT_LEAVE.search(said))
    said = blank(blank(said, NOT_LEAVE), NOT_BUSY)
    leave = _first(LEAVE, said) or _leave_alone(said)
    for pattern in LEAVE:
        said = blank(said, pattern)
    late = _first(LATE, said)
    coming = _coming(said)
    if leave:
        return (None, None) if late or coming or stays else (Answer.LEAVE, leave)
    if late:
        return Answer.LATE, late
    if (coming or stays) and not VANG_OR_VANG.search(said):
        return Answer.COMING, coming
    busy = _first((BUSY,), said)
    if busy:
        return Answer.LEAVE, (0, 0)
    yes = not LEFT_OVER.search(YES_SAID.sub(" ", said)) and YES_SAID.search(said)
    return (Answer.COMING, None) if yes else (None, None)


YES_SAID = YES_CLAUSE
LEFT_OVER = re.compile(r"[^\s,.!#]")


def _first(patterns: Iterable[re.Pattern[str]], said: str) -> Core:
    return next((m.span() for m in (p.search(said) for p in patterns) if m), None)


VANG_OR_VANG = re.compile(r"(?<=[^,.;!] )(?<!da )(?<!dạ )vang\b")
"""`vang` inside a clause may be `vắng`: no yes can be read beside it."""


def _leave_alone(said: str) -> Core:
    found = (LEAVE_ALONE.fullmatch(said[a:b].strip()) for a, b in clauses(said))
    return next(((0, len(said)) for match in found if match), None)


def _coming(said: str) -> Core:
    strong = _first(COMING, said)
    if strong:
        return strong
    return next(((a, b) for a, b in clauses(said) if COMING_CLAUSE.fullmatch(said[a:b].strip())), None)


BECAUSE = says(
    r"(?:bởi vì|vì|<do>(?! (?:đó|ấy))|(?<!hom )(?<!bua )(?<!ngay )(?<!buoi )do|bởi|tại|lý do(?: là)?)"
)
COURTESY = (
    rf"(?:dạ|ok|<vâng>|thưa|ạ|a|nha|nghe|phó bí thư|bí thư|chi bộ|chi ủy|kính gửi|kính báo|báo cáo|báo|chào|xin chào|đồng chí|xin phép"
    rf"|xin lỗi|xin|mong|thông cảm|cảm ơn|cám ơn|{DAY}|buổi họp|buổi|cuộc họp|sinh hoạt|này|tới|rồi|mất|{SO}|là|<thì>|được|{P} ơi|nhưng mà|nhưng|mà|cũng|nữa|\d+|yes|but|sorry|hai|mặt|thôi|đâu"
    r"|sẽ|chắc chắn|:|,|\.|!|;|\n|#+)"
)
SO_AFTER = says(SO)
LEADING = re.compile(loose(rf"(?:{COURTESY} )+"))
TRAILING = re.compile(loose(rf"(?: {COURTESY}| (?:,|;|{SO})(?: (?:{P}|{ADVERB}|{DAY}|xin|phép))*)+$"))
NOTHING = says(rf"(?:{COURTESY}|{P}|họp| )*")


ONLY_A_NAME = re.compile(
    r"(?:(?i:em|tôi|mình|cháu|tớ)(?: là)? )?(?:[A-ZĐÀ-Ý]\w* ?|[ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸƠƯ]\w* ?)+(?:đây)?"
)


def _reason(typed: Typed, said: str, core: Core) -> str | None:
    """The member's own words for it: after *vì* or *do*, else what stands around the answer itself."""
    because = BECAUSE.search(said)
    start, end = core or (0, 0)
    if because:
        rest = re.split(r" [;.!\n]", said[because.end() :])[0]
        stop = min((m.start() for m in (SO_AFTER.search(rest), _core_after(rest)) if m), default=len(rest))
        return _kept(typed, said, because.end(), because.end() + stop)
    return _kept(typed, said, 0, start) or _kept(typed, said, end, len(said)) or None


def _core_after(rest: str) -> re.Match[str] | None:
    return next((m for m in (p.search(rest) for p in (*LEAVE, *LATE)) if m), None)


def _kept(typed: Typed, said: str, start: int, end: int) -> str | None:
    """What was typed there, without courtesies at either end; None if nothing else is left."""
    part = said[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    if NOTHING.fullmatch(part):
        return None
    lead = LEADING.match(part)
    part, start = (part[lead.end() :], start + lead.end()) if lead else (part, start)
    tail = TRAILING.search(part)
    words = typed.written(start, start + (tail.start() if tail else len(part)))
    return None if not words or ONLY_A_NAME.fullmatch(words) else words
