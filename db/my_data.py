"""Everything kept about one person, by kind, as plain rows: what they may see and take away."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_
from sqlalchemy import select as select_rows
from sqlalchemy.orm import aliased
from sqlmodel import col

from db.models import (
    Account,
    Assignment,
    AuditEntry,
    Care,
    CareNote,
    CellGroup,
    Consent,
    DataRequest,
    Evidence,
    Link,
    Media,
    Meeting,
    MeetingGuest,
    MeetingMinutes,
    Member,
    Membership,
    Notice,
    Organisation,
    Progress,
    Recipient,
    Reply,
    Role,
    RollCorrection,
    RollMark,
    SeenInGroup,
    Snooze,
    StatusPeriod,
    Task,
    TaskChange,
    Transfer,
)
from db.session import Session

Row = dict[str, Any]


async def list_kept(session: Session, member_id: int) -> dict[str, list[Row]]:
    """All rows about a member, newest last, by kind."""
    kept = {}
    for kind, query in _queries(member_id).items():
        kept[kind] = [dict(row._mapping) for row in await session.execute(query)]
    return kept


def _queries(member_id: int) -> dict[str, Any]:
    return {
        "person": _of(Member, Member.id == member_id, "name", "code", "phone", "fewer_reminders"),
        "memberships": _at(
            Membership, Membership.cell_id, member_id, "kind", "exempt_reason", "since", "until"
        ),
        "statuses": _of(StatusPeriod, StatusPeriod.member_id == member_id, "status", "since", "until"),
        "roles": _at(Role, Role.organisation_id, member_id, "name", "since", "until"),
        "transfers": _of(Transfer, Transfer.member_id == member_id, "kind", "moved_on", "until", "place"),
        "chats": _chats(member_id),
        "groups": _groups(member_id),
        "consents": _of(Consent, Consent.member_id == member_id, "version", "given_at", "withdrawn_at"),
        "answers": _about_meeting(Reply, member_id, "answer", "reason", "words", "decision", "answered_at"),
        "snoozes": _about_meeting(Snooze, member_id, "due_at", "times"),
        "rolls": _about_meeting(RollMark, member_id, "state"),
        "corrections": _about_meeting(RollCorrection, member_id, "before", "after", "reason", "corrected_at"),
        "guest_at": _about_meeting(MeetingGuest, member_id, "follower"),
        "led": _led(member_id),
        "cares": _at(Care, Care.cell_id, member_id, "year", "opened_at", "talked_at", "came_back_at"),
        "care_notes": _care_notes(member_id),
        "talks": _talks(member_id),
        "tasks": _tasks(member_id),
        "reports": _reports(member_id),
        "evidence": _evidence(member_id),
        "task_changes": _task_changes(member_id),
        "notices": _notices(member_id),
        "requests": _of(DataRequest, DataRequest.member_id == member_id, "id", "kind", "asked_at", "done_at"),
        "seen_by": _seen_by(member_id),
    }


def _of(table: Any, where: Any, *names: str) -> Any:
    return select_rows(*(getattr(table, name) for name in names)).where(where).order_by(table.id)


def _at(table: Any, place: Any, member_id: int, *names: str) -> Any:
    return (
        select_rows(col(Organisation.name).label("organisation"), *(getattr(table, name) for name in names))
        .select_from(table)
        .outerjoin(Organisation, col(Organisation.id) == place)
        .where(table.member_id == member_id)
        .order_by(table.id)
    )


def _chats(member_id: int) -> Any:
    return (
        select_rows(
            col(Account.channel),
            col(Account.address),
            col(Account.language),
            col(Link.since),
            col(Link.until),
        )
        .join(Link, col(Link.account_id) == Account.id)
        .where(col(Link.member_id) == member_id)
        .order_by(col(Link.id))
    )


def _groups(member_id: int) -> Any:
    return (
        select_rows(col(Organisation.name).label("organisation"), col(CellGroup.since))
        .join(CellGroup, col(CellGroup.cell_id) == Organisation.id)
        .join(SeenInGroup, col(SeenInGroup.group_id) == CellGroup.id)
        .where(col(SeenInGroup.member_id) == member_id)
        .order_by(col(CellGroup.id))
    )


def _about_meeting(table: Any, member_id: int, *names: str) -> Any:
    return (
        select_rows(
            col(Meeting.starts_at),
            col(Meeting.kind).label("meeting"),
            *(getattr(table, name) for name in names),
        )
        .join(table, table.meeting_id == Meeting.id)
        .where(table.member_id == member_id)
        .order_by(col(Meeting.starts_at))
    )


def _led(member_id: int) -> Any:
    """Meetings the member chaired, or wrote the minutes of."""
    chaired, wrote = col(MeetingMinutes.chair_id) == member_id, col(MeetingMinutes.taker_id) == member_id
    return (
        select_rows(
            col(Meeting.starts_at),
            col(Meeting.kind).label("meeting"),
            case((chaired, True), else_=False).label("chaired"),
        )
        .join(MeetingMinutes, col(MeetingMinutes.meeting_id) == Meeting.id)
        .where(or_(chaired, wrote))
        .order_by(col(Meeting.starts_at))
    )


def _care_notes(member_id: int) -> Any:
    """What was noted about the member; who wrote it is not their data."""
    return (
        select_rows(col(CareNote.noted_at), col(CareNote.words))
        .join(Care, col(Care.id) == CareNote.care_id)
        .where(col(Care.member_id) == member_id, col(CareNote.words) != "")
        .order_by(col(CareNote.id))
    )


def _talks(member_id: int) -> Any:
    """That the member was asked to talk to somebody; to whom is not their data."""
    return (
        select_rows(col(Organisation.name).label("organisation"), col(Care.year), col(Care.talked_at))
        .join(Organisation, col(Organisation.id) == Care.cell_id)
        .where(col(Care.talker_id) == member_id)
        .order_by(col(Care.id))
    )


def _tasks(member_id: int) -> Any:
    return (
        select_rows(
            col(Task.title),
            col(Task.deadline),
            *(getattr(Assignment, name) for name in ("since", "until", "percent", "stuck", "words")),
            col(Assignment.reported_at),
        )
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .where(col(Assignment.member_id) == member_id)
        .order_by(col(Assignment.id))
    )


def _reports(member_id: int) -> Any:
    """What was reported of their tasks from meeting to meeting, and how the meeting evaluated it."""
    said = ("percent", "done", "stuck", "words", "reported_at", "evaluated", "note", "evaluated_at")
    return (
        select_rows(col(Task.title), col(Meeting.starts_at), *(getattr(Progress, name) for name in said))
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .join(Progress, col(Progress.assignment_id) == Assignment.id)
        .outerjoin(Meeting, col(Meeting.id) == Progress.meeting_id)
        .where(col(Assignment.member_id) == member_id)
        .order_by(col(Progress.id))
    )


def _evidence(member_id: int) -> Any:
    """Files that went with their reports; the files themselves are in `/nhiemvu`."""
    return (
        select_rows(col(Task.title), col(Media.kind), col(Media.name), col(Evidence.added_at))
        .join(Assignment, col(Assignment.task_id) == Task.id)
        .join(Progress, col(Progress.assignment_id) == Assignment.id)
        .join(Evidence, col(Evidence.progress_id) == Progress.id)
        .join(Media, col(Media.id) == Evidence.media_id)
        .where(col(Assignment.member_id) == member_id)
        .order_by(col(Evidence.id))
    )


def _task_changes(member_id: int) -> Any:
    """What was changed about their tasks; who did it is not their data."""
    return (
        select_rows(col(Task.title), *(getattr(TaskChange, name) for name in ("verb", "changed_at")))
        .join(TaskChange, col(TaskChange.task_id) == Task.id)
        .where(col(TaskChange.member_id) == member_id)
        .order_by(col(TaskChange.id))
    )


def _notices(member_id: int) -> Any:
    return (
        select_rows(col(Notice.title), col(Notice.sent_at), col(Recipient.confirmed_at))
        .join(Recipient, col(Recipient.notice_id) == Notice.id)
        .where(col(Recipient.member_id) == member_id)
        .order_by(col(Notice.id))
    )


def _seen_by(member_id: int) -> Any:
    """What others did about the member or looked at, by their role; who they are is not the member's data."""
    entry = aliased(AuditEntry)
    others: ColumnElement[bool] = or_(col(entry.actor_id).is_(None), col(entry.actor_id) != member_id)
    return (
        select_rows(col(entry.at), col(entry.verb), col(entry.role))
        .where(and_(col(entry.member_id) == member_id, others))
        .order_by(col(entry.id))
    )
