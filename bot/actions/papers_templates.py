"""Own Word templates: kept for an organisation and everything below it, where nothing nearer has one."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.authority import authorise
from bot.reports.papers import built_in
from bot.rules.permissions import Right
from bot.rules.words import PaperKind
from db import organisations, papers
from db.models import Member, Organisation, PaperTemplate
from db.session import Session


@dataclass(frozen=True)
class Used:
    """The template that is used for a kind of paper somewhere. `own_of`: whose it is; None: ours."""

    organisation: Organisation
    kind: PaperKind
    content: bytes
    own_of: Organisation | None

    @property
    def own(self) -> bool:
        """Whether it is the organisation's own, and not that of one above."""
        return self.own_of is not None and self.own_of.id == self.organisation.id


async def look(
    session: Session, *, organisation_id: int, by: Member, today: date
) -> tuple[Organisation, set[PaperKind]]:
    """An organisation and the kinds of papers it has own templates for, or what is above it has. NotAllowed."""
    await authorise(session, by, Right.SET_PAPERS, organisation_id, on=today)
    organisation = await organisations.get(session, organisation_id)
    return organisation, await papers.list_templated(session, organisation_id)


async def find(session: Session, kind: PaperKind, *, organisation_id: int, by: Member, today: date) -> Used:
    """The template that is used. NotAllowed."""
    await authorise(session, by, Right.SET_PAPERS, organisation_id, on=today)
    organisation = await organisations.get(session, organisation_id)
    own = await papers.find_template(session, organisation_id, kind)
    if own is None:
        return Used(organisation, kind, built_in(kind), None)
    return Used(organisation, kind, own.content, await organisations.get(session, own.organisation_id))


async def keep(
    session: Session,
    kind: PaperKind,
    *,
    organisation_id: int,
    name: str,
    content: bytes,
    by: Member,
    now: datetime,
    today: date,
) -> Used:
    """Use a checked template from now on, in place of the organisation's former one. NotAllowed."""
    await authorise(session, by, Right.SET_PAPERS, organisation_id, on=today)
    made = PaperTemplate(
        organisation_id=organisation_id,
        kind=kind,
        name=name[-200:],
        content=content,
        added_by=by.id or 0,
        added_at=now,
    )
    await session.merge(made)
    await session.flush()
    return await find(session, kind, organisation_id=organisation_id, by=by, today=today)


async def drop(session: Session, kind: PaperKind, *, organisation_id: int, by: Member, today: date) -> Used:
    """Use the organisation's own template no more; what is used instead. NotAllowed."""
    await authorise(session, by, Right.SET_PAPERS, organisation_id, on=today)
    own = await papers.get_own_template(session, organisation_id, kind)
    if own is not None:
        await session.delete(own)
        await session.flush()
    return await find(session, kind, organisation_id=organisation_id, by=by, today=today)
