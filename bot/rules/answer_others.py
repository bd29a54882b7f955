"""Whether a message speaks of somebody else: a relative, a title with a name, a name alone.

Names are told by the words and not by capitals alone, which come and go on a telephone.
"""

import re

from bot.rules.answer_words import ADVERB, DAY, ILL, SO, P
from bot.rules.names import flat
from bot.rules.typed import Typed, loose, says

SURNAME = says(
    r"(?:nguyễn|phạm|huỳnh|giàng|<trần>|<hoàng>|<phan>|<đặng>|<bùi>|<đỗ>|<ngô>|<dương>|<vũ>|<võ>|<lê>|<thào>|<sùng>"
    r"|<vàng>|<lò>|<quàng>)"
)

NAMES_TOO = (
    "minh van lan mai nam thi cao sang lam cong ly thong dinh the hoa duong truong vien tham cam dung nga thu"
    " bao nhat chien hai ba tu cu la lai phuong hien can ve y dong tri bo vi"
)
"""Given names that are also ordinary words once their marks are left out."""


def _words(listed: str) -> frozenset[str]:
    """Each word with its marks, and without them where that makes no name of it."""
    words = set(listed.split())
    return frozenset(words | ({flat(word) for word in words} - set(NAMES_TOO.split())))


AFTER_TITLE = _words(
    "sẽ phải cũng đành vẫn lại thì chắc đều hơi bị là mới thật hiện bây giờ cứ đang rồi bận ốm bệnh mệt"
    " đau kẹt vướng mắc sốt cảm xin không có báo hôm bữa nay phép vắng nghỉ bí thư bộ về sang qua ra mưa"
    " vợ chồng mẹ bố nhà việc vì do cháu chí ơi ạ được đi đến tới muộn trễ họp dự dạ ok thông đã rất già"
    " cáo đồng kịp ở yếu nhưng mà nên tham nha trực cùng luôn thôi nghe cho ~"
)
"""Words that go on after `bác` or `chị` where the writers mean themselves; any other word may be a name."""
ORDINARY = AFTER_TITLE | _words(
    "em tôi mình tớ anh chị cháu con bác chú cô dì cậu ông bà chúng bọn buổi ngày tuần tháng kỳ mai này"
    " đó đấy ấy tối sáng chiều trưa lên xuống vào lũ xe đường ba má cha công gia lý a chậm vâng tại còn để"
    " hết tan làm xong chân tay răng bụng đầu mắt lưng cơ quan trường trời giời nước thế vậy coming not i"
    " will am nhất trí định ý đúng xa quá đám giỗ cưới tang tiếc nằm viện đơn vị học thi ca lúc khi từ"
    " theo như chắn sẵn sàng kính chào cảm cám tất nhiên đương dĩ hay ai tắc suối sạt hỏng trưởng lịch"
    " trâu bò lợn nương lúa gặt nói cả hai riêng phần lỗi hứa cho tạm trước sau kiểu gì nào dù tuy biết"
    " huhu hic việc"
)
"""Ordinary words: where one of them stands, no name is read."""
ACTS = says(
    rf"(?>(?:{ADVERB}|{DAY}|cũng|phải) )*(?>xin |báo |không )*(?:vắng|nghỉ|đi|đến|tới|dự|tham gia|có mặt"
    rf"|muộn|trễ|{ILL})"
)
TITLED = says(
    rf"(?:anh|chị|ông|bà|cô|chú|bác|dì|cậu|cụ|thầy|thím|mợ|đồng chí|được) (?!(?!mai|mốt){DAY}(?: |$))"
    r"([^\s,.;?#~]+)(?: [^\s,.;?#~]+)?"
)
RELATIVE = says(
    rf"(?:(?<!vợ )chồng|vợ|bố|mẹ|cha|má|ba|con(?: trai| gái| dâu| rể)?|cháu|nhà|bạn|ông xã|bà xã) (?:em|tôi|mình|anh"
    rf"|chị|cháu)(?> (?:{ADVERB}|{DAY}|xin)(?!\w))* "
    rf"(?:không|vắng|nghỉ|đi(?! (?:vắng|làm|viện|công tác|xa|học|đẻ|sinh|đám))|đến|tới|dự|tham gia|có mặt|xin|báo)"
    rf"|(?:(?<!vợ )chồng|vợ|bố|mẹ|cha|má) (?:em|tôi|mình|cháu)(?> (?:{ADVERB}|{DAY}|{ILL}|quá|nặng)(?!\w))+ không"
    rf"|(?:(?<!vợ )chồng|vợ|bố|mẹ)(?> (?:{ADVERB}|{DAY})(?!\w))* (?:xin|báo|không (?:đi|đến|dự|họp)|có mặt|có đi)"
    rf"|(?:sếp|thủ trưởng|cô giáo|thầy giáo|trưởng (?:thôn|bản|xóm)|già làng)(?> (?:{ADVERB}|{DAY})(?!\w))*"
    r" (?:xin|báo|không|có mặt|vắng(?! nhà)|đi họp)"
)
NAME_FIRST = re.compile(
    loose(
        r"(?:^|(?<=[,.;\n] ))((?:[^\W\d]+ ){1,4}?)(?=(?:xin|báo|vắng|nghỉ|không|đến|đi|có mặt|sẽ|bận|trễ|muộn)\b)"
    )
)
BUT_I = says(
    rf"(?:vợ|chồng|bố|mẹ|anh|chị|ông|bà|con|bạn)(?: (?!{SO} )[^\s,.;#]+){{1,7}}(?: ,)? (?:nhưng|còn)"
    r"(?= (?:riêng )?(?:em|tôi|mình|tớ|cháu) (?:thì |vẫn |sẽ |có |xin |không ))"
)
"""What somebody else does, set against what the writer does."""
VOCATIVE = says(
    rf"(?:{P}|bí thư|phó bí thư|<cô>|<chi>)(?> (?:{P}|bí thư)(?!\w))*(?: [^\s,.;]+){{0,3}} ơi"
    rf"|(?:kính gửi|gửi|kính thưa|thưa|kính báo|báo cáo|chào)(?> (?:{P}|bí thư"
    rf"|phó bí thư)(?!\w))+(?: [^\s,.;]+){{0,3}}(?= [,:.])"
    r"|(?:(?<= nha )|(?<= ạ )|(?<= a ))(?:anh|chị|cô|chú|bác|dì|cậu|ông|bà)"
    r"(?: (?!vắng|vang|nghỉ|đi|không|đến|tới|muộn|trễ|bận|ốm|xin|báo|có|dự)[^\s,.;#]+)?(?= [.!]|$)"
)

OPENING = re.compile(r"(?:^|[,.;!\n~#] )$")
"""Where a clause begins."""
NO_TITLE = ("được ", "duoc ", "co ")
"""What opens no clause as a title: `được Lan báo` names somebody, `được nghỉ` nobody; `co` is `có`."""


def of_another(typed: Typed, said: str) -> bool:
    """Whether somebody else comes or stays away in `said`, the message as its patterns see it."""
    if RELATIVE.search(said) or any(_is_name(m[1].split()) for m in NAME_FIRST.finditer(said)):
        return True
    titled = (m for m in TITLED.finditer(said) if m[1] not in AFTER_TITLE and not m[1].isdigit())
    return any(_named(typed, said, match) for match in titled)


def _named(typed: Typed, said: str, match: re.Match[str]) -> bool:
    """Whether the word after a title is a name: it acts, is written large, or opens a clause with its title."""
    opens = OPENING.search(said[: match.start()]) and not match[0].startswith(NO_TITLE)
    return bool(opens or ACTS.match(said, match.end(1) + 1) or _capital(typed.written(*match.span(1))))


def _is_name(words: list[str]) -> bool:
    if len(words) > 1 and SURNAME.fullmatch(words[0]):
        return True
    if len(words) > 1 and words[0] in ("a", "y"):  # A Páo, Y Hoa
        words = words[1:]
    return not any(word in ORDINARY or word[0] in "~#" for word in words)


def _capital(word: str) -> bool:
    return word[:1].isupper() and not word[1:].isupper()
