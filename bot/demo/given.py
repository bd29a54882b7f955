"""What a demo is given: files of the operator's, each read before anything starts, or what is made up instead."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.actions import import_scope
from bot.actions.importing import Imported, import_list
from bot.config import ZONE
from bot.demo import commune
from bot.demo.cast import Cast
from bot.demo.script import Script, Unusable, mixture, read_script
from bot.roster import RosterUnreadable, open_list
from bot.rules.notices import LARGEST_TEXT, find_secrecy
from bot.rules.roster import Listing, Roster, read_listing
from bot.texts import Texts
from db.session import Session

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
    listing: Listing
    roster: Roster
    script: Script
    notice: str
    scripted: bool
    """Whether a script was given: then people do the same every month."""

    @classmethod
    def read(cls, folder: Path, roster: Path | None, notice: Path | None, script: Path | None) -> "Given":
        """Read the files; a list that is missing is made up in the folder. Unusable when one cannot be used."""
        file = roster or commune.write(folder / "roster.xlsx")
        listing, listed = _read_list(file)
        behaving = read_script(script, listed.people, listed.refused) if script else mixture(listed.people)
        read = _read_notice(notice) if notice else NOTICE
        return cls(file.stem, listing, listed, behaving, read, script is not None)

    def cast(self, month: int = 0) -> Cast:
        """Everybody with the part they play in a month, counted from 0."""
        script = self.script if self.scripted else mixture(self.roster.people, month)
        return Cast.of(self.roster, script.parts)

    async def enrol(self, session: Session, *, now: datetime, today: date) -> Imported:
        """Take the list into the register."""
        scope = await import_scope.whole(session, self.listing, name=self.name, on=today)
        return await import_list(session, self.listing, scope, now=now, today=today)


def _read_list(path: Path) -> tuple[Listing, Roster]:
    try:
        listing = open_list(path)
        listed = read_listing(listing)
    except RosterUnreadable as error:
        raise Unusable(f"{path}: {Texts(ZONE).label(f'roster.{error.key}', 'vi', **error.values)}") from None
    if not listed.people:
        raise Unusable(f"{path}: not one row of the list can be taken.")
    return listing, listed


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
