"""What a demo is given: files of the operator's, each read before anything starts, or what is made up instead."""

from dataclasses import dataclass
from pathlib import Path

from bot.demo import commune
from bot.demo.cast import ZONE
from bot.demo.script import Script, Unusable, mixture, read_script
from bot.roster import RosterUnreadable, read_roster
from bot.rules.notices import LARGEST_TEXT, find_secrecy
from bot.rules.roster import Roster
from bot.texts import Texts

__all__ = ["Given", "Unusable"]

NOTICE = (
    "Kế hoạch học tập, quán triệt Chỉ thị về nâng cao chất lượng sinh hoạt chi bộ\n\n"
    "1. Mỗi chi bộ dành một phần buổi sinh hoạt thường kỳ tháng 12 để học tập.\n"
    "2. Mỗi đảng viên có một nhiệm vụ cụ thể, được đánh giá hằng tháng.\n"
    "3. Bí thư chi bộ báo cáo kết quả trước ngày 28 tháng 12."
)


@dataclass(frozen=True)
class Given:
    """The list under its file's name, how its people behave, and what they shall read."""

    name: str
    roster: Roster
    script: Script
    notice: str

    @classmethod
    def read(cls, folder: Path, roster: Path | None, notice: Path | None, script: Path | None) -> "Given":
        """Read the files; a list that is missing is made up in the folder. Unusable when one cannot be used."""
        file = roster or commune.write(folder / "roster.xlsx")
        listed = _read_list(file)
        behaving = read_script(script, listed.people, listed.refused) if script else mixture(listed.people)
        return cls(file.stem, listed, behaving, _read_notice(notice) if notice else NOTICE)


def _read_list(path: Path) -> Roster:
    try:
        listed = read_roster(path)
    except RosterUnreadable as error:
        raise Unusable(f"{path}: {Texts(ZONE).label(f'roster.{error.key}', 'vi', **error.values)}") from None
    if not listed.people:
        raise Unusable(f"{path}: not one row of the list can be taken.")
    return listed


def _read_notice(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeError:
        raise Unusable(f"The notice {path} is not a text in UTF-8.") from None
    if not text:
        raise Unusable(f"The notice {path} is empty.")
    if len(text) > LARGEST_TEXT:
        raise Unusable(f"The notice {path} has more than {LARGEST_TEXT:,} characters: send it as a document.")
    if mark := find_secrecy(text):
        raise Unusable(f"The notice {path} bears the mark {mark}: such a text may not be sent.")
    return text
