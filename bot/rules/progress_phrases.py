"""What people say of how far something is: the patterns `bot.rules.progress_words` reads with."""

import re

from bot.rules.tasks import UNITS
from bot.rules.typed import says

NUMBERS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
}
AFTER_TENS = NUMBERS | {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
NUMBER = rf"(\d+|{'|'.join(NUMBERS)})"
_MORE_UNITS = ("hộ dân", "hồ sơ", "phiếu", "tuyến", "văn bản", "xóm", "tổ")
_UNITS = sorted({*UNITS, *_MORE_UNITS} - {"việc"}, key=len, reverse=True)
UNIT = rf"(?:{'|'.join(_UNITS)})"
"""What is counted; without `việc`, which is far more often one of several tasks."""

# ── what is asked back ──────────────────────────────────────────────────────────────────────────────

NO_PLAIN_NUMBER = re.compile(r"\d\s*[-–~]\s*\d|\d[.,]\d|(?<!\w)-\d|[≈<>]")
"""Ranges, fractions of a per cent and signs, seen in the text as typed."""
ASKS = says(
    r"\?|bao nhiêu|là gì|gì (?:vậy|thế|ạ|a)|cái gì|thế nào|ra sao|làm sao|ai|khi nào|bao giờ|mấy"
    r"|nhỉ|<à>|hả|xong chưa|hay chưa|đúng không|phải không|được không|chưa(?: (?:ạ|a|em|anh))*(?= \?)"
    rf"|(?:đủ|xong|được|đạt) (?:\d+ )?(?:{UNIT} )?chưa|có (?:cần|phải|được tính) .*không"
)
NOTHING_YET = says(r"chưa (?:[^\W\d]+ ){1,3}(?:gì|ai)")
"""`chưa làm gì ạ` is no question, though `làm gì ạ` is one."""
HEDGES = says(
    r"gần|sắp|suýt|phấn đấu|cố gắng|<cố>|quyết tâm|dự (?:kiến|định)|mục tiêu|chỉ tiêu là|hứa|nếu|có lẽ"
    r"|hình như|kế hoạch (?:là|giao|đề ra|đặt ra)"
    r"|chắc(?! chắn)|có thể|để (?:em|tôi|mình|mai)|báo sau|báo cáo sau|trả lời sau|(?:tuần|tháng"
    r"|hôm|ngày) (?:sau|tới)"
    r"|ngày mai|<mai>|tối nay|<sẽ>|se|chưa (?:được|đến|tới|đạt|quá|đủ|đầy) (?:\d+|một nửa|nửa)"
    r"|không xong(?! được (?:vì|do))"
    r"|chưa (?:\w+ )?(?:xong|hoàn|hết|đủ|đạt)|xong chưa|<định>|dưới"
    rf"|(?:không|chưa|ít|nhiều|cao|tốt) hơn|hơn (?!{NUMBER}|nửa|phân nửa)"
    r"|ít nhất|tối đa"
    r"|\d+ (?:đến|tới|hoặc|hay) \d+|\d+ giờ|ngày \d+|lúc \d+|(?<!phần )trăm|mươi|chục|không biết"
    r"|chưa biết|chưa rõ"
    r"|(?<!từ )(?:tháng|tuần|lần|hôm|năm|kỳ|quý) (?:trước|ngoái)|(?<!đến )(?:tháng|quý) \d+"
    r"|phải xong|cần xong|kinh phí \d+|\d+ (?:%|phần trăm) kinh phí"
)
"""Aims, promises, nearness and times: none of them is how far it is now."""
DENIES = says(
    r"không phải|không đúng|(?:đâu|nào) (?:có |đã |mà )*(?:xong|được|đạt|hoàn thành)"
    r"|(?:xong|được|đạt|hoàn thành) đâu"
)
SEVERAL = says(
    r"(?:việc|nhiệm vụ|công việc|cái|mục) (?:thứ (?:\w+)|\d+|một|hai|ba|đầu|sau|kia|này|còn lại)"
    r"(?! (?:được giao|cũng)).*\w"
    r"|(?:một|hai) (?:cái|việc|nhiệm vụ)"
)
"""One of several tasks is named: by its number it is read where the number stands first, with a colon."""
_TITLE = r"(?:đồng chí|anh|chị|bác|chú|cô|ông|bà|bạn)"

# ── obstacles ───────────────────────────────────────────────────────────────────────────────────────

STUCK = says(
    r"(?:gặp|đang|bị|có|nhiều|rất|hơi|còn) (?:nhiều |chút |một số )?(?:khó|vướng|trở ngại|kẹt|tắc"
    r"|bí)|khó khăn"
    r"|vướng (?:mắc|quá|thủ tục|kinh phí|vốn|đất|giải phóng|cơ chế)|<vướng>|kẹt"
    r"|khó (?:quá|lắm|làm)|bí (?:quá|rồi)|<bí>(?! thư)|bế tắc|trở ngại|<tắc>"
    r"|cần (?:chi bộ |bí thư |được )?(?:hỗ trợ|giúp)|nhờ (?:chi bộ )?(?:giúp|hỗ trợ|gỡ)"
    r"|không đi được|xin hỗ trợ"
    r"|không (?:làm|thực hiện|triển khai|vận động|tổ chức) (?:\w+ )?được"
    r"|không (?:hợp tác|đồng ý|chịu|nghe|đồng tình|đồng thuận|ủng hộ|có (?:kinh phí|người|tiền|vốn))"
    r"|(?:dân|bà con) (?:\w+ )?chưa (?:hợp tác|đồng ý|chịu|nghe|đồng tình|đồng thuận|ủng hộ)"
    r"|thiếu (?:kinh phí|người|tiền|vốn|nhân lực|hướng dẫn)|chưa có (?:kinh phí|tiền|vốn|hướng dẫn)"
    r"|(?:chưa|không) \w+(?: \w+)? ?được (?:gì )?(?:vì|do|bởi|tại)|stuck"
    r"|chưa (?:làm|thực hiện|triển khai|vận động) (?:được )?(?:vì|do|bởi|tại)"
)
NOT_STUCK = says(
    r"(?:không|hết|chưa) (?:(?:gặp|có|còn|bị) )*(?:khó khăn|vướng mắc|vướng|trở ngại|khó)(?: gì)?"
    r"|đã gỡ|vượt (?:qua )?khó"
)
TROUBLE = says(
    r"mưa|<lũ>|bão|ngập|sạt|sạt lở|<rét>|ốm|bệnh|<đau>|dịch|tai nạn|bận|mùa vụ|đám tang|hỏng|mất điện"
)
"""What keeps people from beginning: a reason beside `chưa làm`, in whatever order, is an obstacle."""
BECAUSE = re.compile(r" (?:,|\.|;|nhưng|nhung|do|vì|vi|bởi|boi|tại|tai|nên|nen) ")
"""Where a message with an obstacle falls into what is done and why it is not more."""

# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────

PER_CENT = r"(?:%|phần trăm|percent)"
SPELT_SHARE = says(
    rf"(?:({'|'.join(NUMBERS)}) (?:mươi|chục)|(mười))(?: ({'|'.join(AFTER_TENS)}))? {PER_CENT}"
    rf"|({'|'.join(NUMBERS)})( trăm)? {PER_CENT}"
)
"""A percentage in words."""
LEFT = says(r"(?:còn|còn lại|thiếu|còn thiếu)(?: khoảng| tầm)? \d+ (?:%|phần trăm)")
SHARE = says(r"(\d+) ?(?:phần trăm|percent)"), re.compile(r"(?<!\d)(\d+) %")
OF = says(rf"{NUMBER} (?:{UNIT} )?(?:/|trên|trong)(?: tổng)?(?: số)? {NUMBER}")
COUNT = says(rf"{NUMBER} {UNIT}")
# what may come again and again is read one way only, (?>…): else a line of repeated words would take for ever;
# so each must end with its word, or `chú` would be taken out of `chút`
AROUND = (
    r"(?:dạ|vâng|ok|em|tôi|mình|cháu|con|bác|chú|cô|anh|chị|báo cáo|thưa|bí thư|đồng chí|chi bộ|đã|rồi"
    r"|kính|hết|cả|ạ|a|nha|ơi|thôi|luôn|đó|đấy|nhé|hà"
    r"|nhiệm vụ|công việc|việc|được giao|này|của|toàn bộ|tất cả|trọn vẹn|kế hoạch|chỉ tiêu"
    r"|phần việc|hôm nay|hôm qua|tuần này|từ|tuần trước|tháng trước|hôm kia|lâu|kết quả|:"
    r"|tháng này|sáng nay|chiều nay|tối qua|mới|vừa|chỉ|được|đạt|khoảng|tầm|hiện|đến nay|có|vẫn"
    r"|tính đến nay|là|tiến độ|thì|cũng|xuôi|đúng hạn|đầy đủ|tốt|mỹ mãn|xuất sắc|nghe)(?!\w)"
)
WORK = (
    r"(?:vận động|tuyên truyền|tổ chức|làm|mần|xong|hoàn thành|thực hiện|triển khai|thăm|giúp"
    r"|hướng dẫn|kết nạp|viết|trồng"
    r"|nộp|tham gia|tham dự|dự|đi|rà soát|phát|ký|thu|khảo sát|bồi dưỡng|giới thiệu|đủ)(?!\w)"
)
DOING = (
    rf"(?:{WORK}|đến thăm|thăm hỏi|giúp đỡ|hỗ trợ|quyên góp|ủng hộ|đóng góp|tặng|xây|sửa|dọn|gặp|mời"
    rf"|tiếp xúc|chăm sóc|lập|in|dạy|động viên)"
)
"""What one may do to things that are counted; `dọn xong rồi` alone says nothing of a task."""
ENOUGH = (
    rf"(?:xong|làm <song>|hoàn thành|hoành thành|hoàn tất|hoàn thiện|{WORK} (?:xong|đủ|hết|hoàn thành|đầy đủ)"
    rf"|done|finished|complete|completed)"
)
BEYOND = r"(?:đạt|vượt|đủ) (?:chỉ tiêu|kế hoạch|mức|yêu cầu)"
FINISHED = says(rf"(?:(?>{AROUND}) )*(?:{ENOUGH}|{BEYOND})(?: (?>{AROUND}|{ENOUGH}|{BEYOND}))*")
CAUSE = r"(?:(?!xong|được|làm|phần|đã|mới|chỉ|hết)[^\W\d]+ ){0,6}?"
NOT_BEGUN = says(
    rf"{CAUSE}(?:(?>{AROUND}) )*"
    rf"(?:chưa (?:hề )?(?:bắt đầu|tiến hành|có kết quả|có gì|động (?:đến|tới|vào)|bắt tay(?: vào)?|{WORK})"
    rf"|chưa có (?:ai|{UNIT} nào)(?: (?:đồng ý|tham gia|đăng ký|hưởng ứng|đồng thuận))?"
    rf"|không (?:{WORK}) được|not started)"
    rf"(?: (?>{AROUND}|{WORK}|gì|ai|chút nào|tí nào|tẹo nào|{UNIT} nào))*(?: (?:vì|do|bởi|tại) .*)?"
)
HALF = says(
    rf"(?:(?>{AROUND}|{WORK}) )*(?:hơn |trên |quá )?(?:(?:một |1 |phân )?nửa(?: chừng| đường)?|1 / 2|half)"
    rf"(?: (?>{AROUND}|chặng đường))*"
)
BARE = says(rf"(?:(?>{AROUND}) )*(\d+)(?: (?>{AROUND}))*(?: \.)?")
BARE_FRACTION = says(rf"(?:(?>{AROUND}|{WORK}) )*(\d+) / (\d+)(?: (?>{AROUND}))*")
PARTS = says(rf"(?:(?>{AROUND}|{WORK}) )*{NUMBER} phần (?:{NUMBER}|(tư))(?: (?>{AROUND}))*")
LEADING_COUNT = says(rf"(?:(?>{AROUND}|{DOING}|cả|đang|hơn|,) )*$")
NONE_OF_THEM = says(rf"chưa (?:{WORK} )?(?:được )?{UNIT} nào|0 {UNIT}")
NO_COUNT = says(r"còn|chưa|thiếu|không|nhưng|thứ|đang")
COUNT_LEFT = says(
    rf"(?:(?>{AROUND}) )*(?:còn thiếu {NUMBER} {UNIT}|(?:còn|thiếu) {NUMBER} {UNIT}(?: nữa)? là"
    rf" (?:đủ|xong|hết|hoàn thành))(?: (?>{AROUND}|nữa))*"
)
"""So many are missing until it is done; `còn 2 hộ nữa` alone may mean two that were not even met."""

OTHERS = says(
    rf"(?<!thưa )(?<!báo cáo )(?<!gửi )(?<!chào ){_TITLE} "
    rf"(?!(?!minh )(?:{AROUND}|{WORK}|chưa|đang|không|gặp|bị)(?!\w))"
    r"[^\W\d]+ (?:[^\W\d]+ )?(?:xong|được|đạt|làm|đã|mới|rồi|hoàn thành|\d+)"
)
"""Somebody else is spoken of, who has a task of their own; Minh without marks is a name, not `mình`."""
