"""How far a task is, in a member's own words: per cent, a count against the measure, or stuck."""

import re
from dataclasses import dataclass

from bot.rules.names import flat
from bot.rules.typed import clauses, read, says


@dataclass(frozen=True)
class Progress:
    """What one message says about one task."""

    percent: int | None
    """0 to 100, None where it is not sure."""
    done: int | None
    """How many of the measure are done, where a count was given: 3 of 5 households."""
    stuck: bool
    """Whether the member meets an obstacle."""
    words: str
    """The message as it was typed."""
    sure: bool
    """Whether this may be recorded without asking back: a percentage, or stuck."""


def read_progress(text: str, target: int | None = None) -> Progress:
    """Read one message as a report on a task; `target` is the measure's number (5 of `5 hộ`), if it has one.

    - questions, promises, aims and *nearly* are asked back
    - per cent first, then a count against the measure, then a half, done, not begun
    - several different numbers are asked back
    - an obstacle is stuck, with or without a percentage
    - what is longer than LONGEST is asked back: nobody reports so much about one task
    """
    if len(text) > LONGEST:
        return Progress(None, None, stuck=False, words=text.strip(), sure=False)
    said = read(text).said
    stuck = bool(STUCK.search(said)) and not NOT_STUCK.search(said)
    percent: int | None = None
    done: int | None = None
    if not (ASKS.search(said) or HEDGES.search(said) or NO_PLAIN_NUMBER.search(text)):
        done = _count(said, target)
        percent = _percent(said, done, target)
    return Progress(percent, done, stuck, text.strip(), sure=percent is not None or stuck)


LONGEST = 500
"""Characters."""
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
PLAIN_NUMBERS = {flat(name): number for name, number in NUMBERS.items()}
NUMBER = rf"(\d+|{'|'.join(NUMBERS)})"
UNIT = (
    r"(?:hộ dân|hộ|hội viên|đoàn viên|quần chúng|nhà|gia đình|người|buổi|bài|lần|đợt|cuộc|hồ sơ"
    r"|phiếu|mô hình"
    r"|con|cây|mét|km|tuyến|lượt|em|cháu|tin|văn bản|lớp|thôn|xóm|tổ)"
)

NO_PLAIN_NUMBER = re.compile(r"\d\s*[-–~]\s*\d|\d[.,]\d|(?<!\w)-\d|[≈<>]")
"""Ranges, fractions of a per cent and signs, seen in the text as typed."""
ASKS = says(
    r"\?|bao nhiêu|là gì|gì (?:vậy|thế|ạ|a)|cái gì|thế nào|ra sao|làm sao|ai|khi nào|bao giờ|mấy"
    r"|nhỉ|<à>|hả|xong chưa|hay chưa|đúng không|phải không|được không|chưa(?: (?:ạ|a|em|anh))*(?= \?)"
)
HEDGES = says(
    r"gần|sắp|suýt|phấn đấu|cố gắng|<cố>|quyết tâm|dự kiến|mục tiêu|chỉ tiêu là|hứa|nếu|có lẽ|hình như"
    r"|chắc(?! chắn)|có thể|để (?:em|tôi|mình|mai)|báo sau|báo cáo sau|trả lời sau|(?:tuần|tháng"
    r"|hôm|ngày) (?:sau|tới)"
    r"|ngày mai|<mai>|<sẽ>|se|chưa (?:được|đến|tới|đạt|quá|đủ) (?:\d+|một nửa|nửa)"
    r"|không xong(?! được (?:vì|do))"
    r"|chưa (?:\w+ )?(?:xong|hoàn|hết|đủ|đạt)|xong chưa|<định>|dưới|trên \d+ (?:%|phần)|hơn"
    r"|quá nửa|ít nhất|tối đa"
    r"|\d+ (?:đến|tới|hoặc|hay) \d+|\d+ giờ|ngày \d+|lúc \d+|(?<!phần )trăm|mươi|chục|không biết"
    r"|chưa biết|chưa rõ"
    r"|(?:tháng|lần|hôm|năm|kỳ) (?:trước|ngoái)|phải xong|cần xong|kinh phí \d+|\d+ (?:%"
    r"|phần trăm) kinh phí"
)
"""Aims, promises, nearness and times: none of them is how far it is now."""
STUCK = says(
    r"(?:gặp|đang|bị|có|nhiều|rất|hơi|còn) (?:nhiều |chút |một số )?(?:khó|vướng|trở ngại|kẹt|tắc"
    r"|bí)|khó khăn"
    r"|vướng mắc|khó (?:quá|lắm|làm)|bí (?:quá|rồi)|<bí>|bế tắc|trở ngại|<tắc>|kẹt rồi"
    r"|cần (?:chi bộ |bí thư |được )?(?:hỗ trợ|giúp)|nhờ (?:chi bộ )?(?:giúp|hỗ trợ|gỡ)"
    r"|không đi được|xin hỗ trợ"
    r"|không (?:làm|thực hiện|triển khai|vận động|tổ chức) (?:\w+ )?được"
    r"|không (?:hợp tác|đồng ý|chịu|nghe|đồng tình|ủng hộ|có kinh phí|có người|có tiền|có vốn)"
    r"|thiếu (?:kinh phí|người|tiền|vốn|nhân lực|hướng dẫn)|chưa có (?:kinh phí|tiền|vốn|hướng dẫn)"
    r"|(?:chưa|không) \w+(?: \w+)? ?được (?:gì )?(?:vì|do|bởi|tại)|stuck"
    r"|chưa (?:làm|thực hiện|triển khai|vận động) (?:được )?(?:vì|do|bởi|tại)"
)
NOT_STUCK = says(
    r"(?:không|hết|chưa) (?:(?:gặp|có|còn|bị) )*(?:khó khăn|vướng mắc|vướng|trở ngại|khó)(?: gì)?"
    r"|đã gỡ|vượt (?:qua )?khó"
)

LEFT = says(r"(?:còn|còn lại|thiếu|còn thiếu)(?: khoảng| tầm)? \d+ (?:%|phần trăm)")
SHARE = says(r"(\d+) ?(?:phần trăm|percent)"), re.compile(r"(?<!\d)(\d+) %")
OF = says(rf"{NUMBER} (?:/|trên|trong)(?: tổng)?(?: số)? {NUMBER}")
COUNT = says(rf"{NUMBER} {UNIT}")
# what may come again and again is read one way only, (?>…): else a line of repeated words would take for ever
AROUND = (
    r"(?:dạ|vâng|ok|em|tôi|mình|cháu|con|bác|chú|anh|báo cáo|thưa|bí thư|đồng chí|chi bộ|đã|rồi"
    r"|hết|cả|ạ|a|nha|ơi|thôi|luôn|đó|đấy"
    r"|nhiệm vụ|công việc|việc|được giao|này|của|toàn bộ|tất cả|trọn vẹn|kế hoạch|chỉ tiêu"
    r"|phần việc|hôm nay|hôm qua|tuần này"
    r"|tháng này|sáng nay|chiều nay|tối qua|mới|vừa|chỉ|được|đạt|khoảng|tầm|hiện|đến nay"
    r"|tính đến nay|là|tiến độ|thì|cũng|xuôi|đúng hạn)"
)
WORK = (
    r"(?:vận động|tuyên truyền|tổ chức|làm|xong|hoàn thành|thực hiện|triển khai|thăm|giúp"
    r"|hướng dẫn|kết nạp|viết|trồng"
    r"|nộp|tham gia|tham dự|dự|đi|rà soát|phát|ký|thu|khảo sát|bồi dưỡng|giới thiệu|đủ)"
)
ENOUGH = (
    rf"(?:xong|hoàn thành|hoàn tất|hoàn thiện|{WORK} (?:xong|đủ|hết|hoàn thành)|done|finished|complete"
    rf"|completed)"
)
BEYOND = r"(?:đạt|vượt|đủ) (?:chỉ tiêu|kế hoạch|mức|yêu cầu)"
FINISHED = says(rf"(?:(?>{AROUND}) )*(?:{ENOUGH}|{BEYOND})(?: (?>{AROUND}|{ENOUGH}|{BEYOND}))*")
CAUSE = r"(?:(?!xong|được|làm|phần|đã|mới|chỉ|hết)[^\W\d]+ ){0,6}?"
NOT_BEGUN = says(
    rf"{CAUSE}(?:(?>{AROUND}) )*(?:chưa (?:hề )?(?:bắt đầu|tiến hành|có kết quả|có gì|{WORK})"
    rf"|không (?:{WORK}) được|not started)"
    rf"(?: (?>{AROUND}|{WORK}|gì|ai|{UNIT} nào))*(?: (?:vì|do|bởi|tại) .*)?"
)
HALF = says(
    rf"(?:(?>{AROUND}|{WORK}) )*(?:(?:một |phân )?nửa(?: chừng| đường)?|1 / 2|half)(?: (?>{AROUND}"
    rf"|chặng đường))*"
)
BARE = says(rf"(?:(?>{AROUND}) )*(\d+)(?: (?>{AROUND}))*(?: \.)?")
BARE_FRACTION = says(rf"(?:(?>{AROUND}|{WORK}) )*(\d+) / (\d+)(?: (?>{AROUND}))*")
LEADING_COUNT = says(rf"(?:(?>{AROUND}|{WORK}|cả|đang|,) )*$")
NONE_OF_THEM = says(rf"chưa (?:{WORK} )?(?:được )?{UNIT} nào|0 {UNIT}")
NO_COUNT = says(r"còn|chưa|thiếu|không|nhưng|thứ|đang")


def _percent(said: str, done: int | None, target: int | None) -> int | None:
    shares = {int(n) for pattern in SHARE for n in pattern.findall(said)}
    if shares:
        return _share(said, shares)
    if done is not None:
        return min(100, done * 100 // target) if target else None
    if OF.search(said):
        return _fraction(said, target)
    return None if COUNT.search(said) and not NONE_OF_THEM.search(said) else _in_words(said, target)


def _share(said: str, shares: set[int]) -> int | None:
    """One percentage, or what is left of a hundred; None where several are named or it cannot be."""
    if len(shares) > 1:
        return None
    share = shares.pop()
    if share > 100:
        return 100 if share <= 200 and says("vượt").search(said) else None
    return 100 - share if LEFT.search(said) else share


def _fraction(said: str, target: int | None) -> int | None:
    """A fraction that counts nothing: half, three quarters; never one beside a measure, but for the half."""
    if HALF.fullmatch(said):
        return 50
    found = BARE_FRACTION.fullmatch(said)
    if not found or target:
        return None
    part, whole = int(found[1]), int(found[2])
    return part * 100 // whole if part <= whole and 1 < whole <= 10 else None


def _in_words(said: str, target: int | None) -> int | None:
    bare = BARE.fullmatch(said)
    if bare:
        return _bare(int(bare[1]), target)
    each = [said[a:b].strip() for a, b in clauses(said)]
    readings = {percent for clause in each if (percent := _clause(clause)) is not None}
    return readings.pop() if len(readings) == 1 else None


def _clause(clause: str) -> int | None:
    if NOT_BEGUN.fullmatch(clause):
        return 0
    if HALF.fullmatch(clause):
        return 50
    return 100 if FINISHED.fullmatch(clause) else None


def _bare(number: int, target: int | None) -> int | None:
    """A number alone is a percentage only where it cannot be a count, a choice or a slip."""
    if number > 100 or (target and 0 < number <= target):
        return None
    return number if number == 0 or number >= 10 else None


def _count(said: str, target: int | None) -> int | None:
    """How many of the measure are done; None where that is not said, or several numbers are."""
    of = [(_number(a), _number(b)) for a, b in OF.findall(said)]
    if of:
        part, whole = of[0]
        return part if len(of) == 1 and part <= whole and whole == target else None
    if any(pattern.search(said) for pattern in SHARE):
        return None
    if target and NONE_OF_THEM.search(said):
        return 0
    found = list(COUNT.finditer(said))
    if len(found) != 1 or NO_COUNT.search(said) or not LEADING_COUNT.match(said[: found[0].start()]):
        return None
    number = _number(found[0][1])
    return number if not target or number <= 2 * target else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else PLAIN_NUMBERS[flat(word)]
