"""The report of one notice upward: numbers of a part of the tree, as text, as a document and as a workbook."""

from datetime import date, datetime
from enum import StrEnum

from bot.actions import notice_cascade
from bot.actions.notice_cascade import Cascade, Part
from bot.reports.notice_document import file_name
from bot.reports.notice_report import Line, Report, report_document, report_workbook
from bot.roster_written import MIME, FileKind
from db import media, notices, organisations
from db.models import Media, Member, Notice, Organisation
from db.notices import Counts
from db.session import Session


class ReportKind(StrEnum):
    """The files a report can be."""

    DOCX = "docx"
    XLSX = "xlsx"


MAKES = {
    ReportKind.DOCX: (report_document, media.DOCX),
    ReportKind.XLSX: (report_workbook, MIME[FileKind.XLSX]),
}


async def report(
    session: Session, *, notice_id: int, organisation_id: int, by: Member, today: date
) -> Report:
    """What an organisation reports of a notice. NotAllowed unless `by` may see its numbers; NotFound."""
    found = await notice_cascade.look(
        session, notice_id=notice_id, organisation_id=organisation_id, by=by, today=today
    )
    notice, place = found.notice, found.organisation
    above = await organisations.get(session, place.parent_id) if place.parent_id else found.issuer
    return Report(
        title=notice.title,
        source=source_of(notice),
        place=place.name,
        above=above.name,
        study_by=notice.study_by,
        day=today,
        documents=len(await notices.list_files(session, notice)) + bool(notice.text),
        total=_line(place, found.counts, found.sessions),
        lines=[_line(p.organisation, p.counts, p.sessions) for p in _by_code(found)],
    )


async def report_file(
    session: Session,
    kind: ReportKind,
    *,
    notice_id: int,
    organisation_id: int,
    by: Member,
    now: datetime,
    today: date,
    language: str,
) -> Media:
    """The same as a file, kept for a while. It names nobody."""
    made = await report(session, notice_id=notice_id, organisation_id=organisation_id, by=by, today=today)
    make, mime = MAKES[kind]
    name = file_name(made.title).removesuffix(".docx")
    file = media.document(f"{name}.{kind}", make(made, language), mime=mime, now=now)
    await media.keep(session, file)
    return file


def source_of(notice: Notice) -> str:
    """What document it is, as far as that is known: number, day, issuing body."""
    day = f"{notice.issued_on:%d/%m/%Y}" if notice.issued_on else ""
    return ", ".join(each for each in (notice.number, day, notice.body) if each)


def _by_code(found: Cascade) -> list[Part]:
    return sorted(found.parts, key=lambda part: part.organisation.code)


def _line(place: Organisation, counts: Counts, sessions: int) -> Line:
    numbers = (counts.at_meeting, counts.in_person, counts.confirmed, counts.recipients)
    return Line(place.name, sessions, *numbers)
