"""What stands at the head and at the foot of every paper of a cell: who issues it, its number and day, who signs."""

from dataclasses import dataclass
from datetime import date

from bot.actions.papers_numbers import symbol_of
from bot.reports.papers_fields import word
from bot.rules.papers import long_day
from bot.rules.words import PaperSigner, RoleName
from db import organisations, people
from db.models import Member, Paper, PaperSetting
from db.session import Session

Text = dict[str, str]


@dataclass(frozen=True)
class Signing:
    """Who signs: the office, and the name where somebody holds it. `acting`: in place of the secretary."""

    office: str
    name: str
    acting: str = ""


async def head(
    session: Session,
    cell_id: int,
    *,
    setting: PaperSetting,
    paper: Paper | None,
    day: date,
    chair: Member | None = None,
) -> Text:
    """The fields all papers have, with the names organisations had on the paper's day."""
    name, above = await _names(session, cell_id, day)
    signing = await _signing(session, cell_id, setting.signer, chair, day)
    return {
        "upper": above.upper(),
        "above": above,
        "issuer": name.upper(),
        "cell": name,
        "number": word("number", symbol=symbol_of(paper, setting)) if paper else "",
        "place_day": word("place_day", place=setting.place, day=long_day(day)),
        "on_behalf": word("on_behalf"),
        "acting": signing.acting,
        "office": signing.office,
        "signer": signing.name,
    }


async def _names(session: Session, cell_id: int, day: date) -> tuple[str, str]:
    """What the cell and the organisation above it were called on a day; those of today before they were there."""
    cell = await organisations.get(session, cell_id)
    then = await organisations.find_period(session, cell_id, on=day)
    parent_id = then.parent_id if then else cell.parent_id
    name = then.name if then else cell.name
    if parent_id is None:
        return name, ""
    above = await organisations.find_period(session, parent_id, on=day)
    return name, above.name if above else (await organisations.get(session, parent_id)).name


async def _signing(
    session: Session, cell_id: int, signer: PaperSigner, chair: Member | None, day: date
) -> Signing:
    if signer is PaperSigner.CHAIR and chair is not None:
        return Signing(word("chair"), chair.name)
    if signer is PaperSigner.DEPUTY:
        name = await _holder(session, cell_id, RoleName.DEPUTY, day)
        return Signing(word("deputy"), name, word("acting"))
    return Signing(word("secretary"), await _holder(session, cell_id, RoleName.SECRETARY, day))


async def _holder(session: Session, cell_id: int, role: RoleName, day: date) -> str:
    holders = await people.list_holders(session, cell_id, {role}, on=day)
    return holders[0].name if holders else ""
