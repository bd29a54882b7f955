"""What each template is shown with: values made of the fixed cast, with markup in everything somebody typed.

A row per template, a dictionary per way it can come out. A template without a row fails `test_texts`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from bot.actions.attendance import Headcount
from bot.actions.roll import Sheet, Skipping
from bot.actions.tasks import Board
from bot.rules.attendance import Standing
from bot.rules.schedule_words import ScheduleWords
from bot.rules.tasks import TaskLine
from bot.rules.words import (
    Answer,
    LeaveDecision,
    LeaveReason,
    MeetingKind,
    OrganisationKind,
    RoleName,
    RollState,
    Shift,
    Status,
)
from db.meetings import Expected
from db.models import (
    Assignment,
    JoinRequest,
    Meeting,
    Member,
    Notice,
    NoticeState,
    Organisation,
    Reply,
    Schedule,
    Task,
)
from db.notices import CellCounts, Counts, Unconfirmed
from db.tasks import Given

TYPED = "<b>Lý</b> & Sùng"
"""Stands in every name and every word that people typed: it must be shown as it is, and never obeyed."""

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
EVENING = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
Values = dict[str, Any]


def _member(number: int, name: str) -> Member:
    return Member(id=number, code=f"M-{number}", name=f"{name} {TYPED}")


LAN = _member(1, "Vàng Thị Lan")
MINH = _member(2, "Lù Văn Minh")
HOA = _member(3, "Sùng Thị Hoa")
DUNG = _member(4, "Hoàng A Dũng")
QUAN = Member(id=5, name=f"Lê Quân {TYPED}")
MAI = _member(6, "Đặng Thị Mai")
CROWD = [Member(id=100 + n, name="Nguyễn Thị Phương Thảo") for n in range(60)]
"""A cell as large as they come, of names as long as they come."""

COMMITTEE = Organisation(id=1, code="xa", name=f"Đảng bộ xã {TYPED}", kind=OrganisationKind.COMMUNE)
CELL = Organisation(id=2, code="a", name=f"Chi bộ thôn A {TYPED}", kind=OrganisationKind.CELL)
OTHER = Organisation(id=3, code="b", name=f"Chi bộ thôn B {TYPED}", kind=OrganisationKind.CELL)

MEETING = Meeting(
    id=1,
    cell_id=2,
    kind=MeetingKind.REGULAR,
    month=date(2026, 3, 1),
    starts_at=EVENING,
    place=f"Nhà văn hóa {TYPED}",
)
NOWHERE = MEETING.model_copy(update={"kind": MeetingKind.RESIDENTIAL, "place": ""})
CLOSED = MEETING.model_copy(update={"closed_at": EVENING})


def _reply(member: Member, answer: Answer, **more: Any) -> Reply:
    made = Reply(meeting_id=1, member_id=member.id or 0, answer=answer, by_id=member.id or 0, answered_at=NOW)
    return made.model_copy(update=more)


def _expected(member: Member, answer: Answer | None = None, **more: Any) -> Expected:
    return Expected(member, Standing.MUST_ATTEND, _reply(member, answer, **more) if answer else None)


def _marked(member: Member, state: RollState) -> Expected:
    return Expected(member, Standing.MUST_ATTEND, mark=state)


COMING = _reply(HOA, Answer.COMING)
LATE = _reply(HOA, Answer.LATE, by_id=1)
ON_LEAVE = _reply(HOA, Answer.LEAVE)
WITH_REASON = _reply(HOA, Answer.LEAVE, reason=LeaveReason.OTHER, words=f"đưa cháu đi viện {TYPED}")
LEAVES = [
    _expected(HOA, Answer.LEAVE, reason=LeaveReason.FAMILY),
    _expected(DUNG, Answer.LEAVE, decision=LeaveDecision.ACCEPTED),
    _expected(MAI, Answer.LEAVE, decision=LeaveDecision.REFUSED),
]
SILENT = [_expected(MINH), _expected(LAN)]
EXEMPT = Expected(MAI, Standing.EXEMPT)
HALF = Headcount([_expected(HOA, Answer.COMING), _expected(DUNG, Answer.LATE), *LEAVES, *SILENT], [EXEMPT])
NONE_YET = Headcount([_expected(member) for member in CROWD], [])
ALL_COMING = Headcount([_expected(HOA, Answer.COMING)], [])
EVERY_STATE = [_marked(m, s) for m, s in zip((LAN, MINH, HOA, DUNG, MAI), RollState, strict=False)]


def _sheet(people: list[Expected], meeting: Meeting = MEETING) -> Sheet:
    return Sheet(meeting, CELL, people)


FULL = _sheet([*EVERY_STATE, EXEMPT], CLOSED)
UNMARKED = _sheet(SILENT)
UNDECIDED = _sheet([*LEAVES, *SILENT])
MISSED = _sheet([_marked(member, RollState.UNEXCUSED) for member in CROWD], CLOSED)
SKIPPING = [Skipping(HOA, 3, "red"), Skipping(DUNG, 2, "amber")]
CROWD_SKIPPING = [Skipping(member, 3, "red") for member in CROWD]

TASK = Task(
    id=1,
    cell_id=2,
    title=f"Vận động 5 hộ {TYPED}",
    target=5,
    unit="hộ",
    deadline=date(2026, 12, 30),
    created_by=1,
    created_at=NOW,
)
BARE_TASK = Task(id=2, cell_id=2, title=f"Đọc nghị quyết {TYPED}", created_by=1, created_at=NOW)
LATE_TASK = TASK.model_copy(update={"deadline": date(2026, 2, 1)})


def _given(task: Task = TASK, reporter: Member | None = None, **said: Any) -> Given:
    assignment = Assignment(id=1, task_id=1, member_id=3, since=TODAY)
    return Given(task, assignment.model_copy(update=said), HOA, reporter)


NOT_REPORTED = _given()
HALF_DONE = _given(percent=60, done=3, words=f"được 3 hộ {TYPED}", reported_at=NOW, reporter=HOA)
FOR_HER = _given(BARE_TASK, percent=100, reported_at=NOW, reporter=LAN)
STUCK = _given(LATE_TASK, stuck=True, reported_at=NOW, reporter=HOA)
STUCK_HALF = _given(percent=40, stuck=True, words=f"mưa nhiều {TYPED}", reported_at=NOW, reporter=HOA)
MANY = [NOT_REPORTED, HALF_DONE, FOR_HER, STUCK, STUCK_HALF]
ONE_OR_MANY = [{"mine": [given], "today": TODAY} for given in MANY] + [{"mine": MANY, "today": TODAY}]
LINE = TaskLine(f"Vận động 5 hộ {TYPED}", 5, "hộ", date(2026, 12, 30))
BARE_LINE = TaskLine(f"Đọc nghị quyết {TYPED}")
BOARD = Board((HOA, DUNG), (MAI,), (HOA,), (DUNG,), (HOA,), (DUNG,))
NO_TASKS = Board((), (HOA,), (), (), (), ())
ALL_REPORTED = Board((HOA,), (), (HOA,), (), (), ())

NOTICE = Notice(
    id=1,
    issuer_id=1,
    audience_id=1,
    author_id=5,
    title=f"Nghị quyết 57 {TYPED}",
    text=f"Toàn văn {TYPED}.",
    state=NoticeState.SENT,
    created_at=NOW,
    sent_at=NOW,
)
LEAVING = NOTICE.model_copy(update={"state": NoticeState.SENDING})
LONG_TITLE = NOTICE.model_copy(update={"title": "Kế hoạch " * 33})
TOTAL = Counts(5, 4, 1, 1)
CELLS = [CellCounts(4, 3, 1, 1, CELL.name), CellCounts(1, 1, 0, 0, OTHER.name)]
PART = {"notice": NOTICE, "issuer": COMMITTEE, "text": NOTICE.text, "confirmed_at": None}

REQUEST = JoinRequest(id=1, account_id=1, cell_id=2, name=f"Giàng A Chính {TYPED}", asked_at=NOW)
SCHEDULE = Schedule(cell_id=2, kind=MeetingKind.REGULAR, rule="FREQ=MONTHLY", at=time(19, 30), since=TODAY)
READ = ScheduleWords("FREQ=MONTHLY;BYMONTHDAY=3", time(19, 30), f"nhà văn hóa {TYPED}")
READ_BARE = ScheduleWords("FREQ=MONTHLY;BYDAY=2SA", time(8, 0), None)
READ_ALL = replace(READ_BARE, shift=Shift.NEXT_WORKDAY, minutes=120)

THERE = {"meeting": MEETING, "cell": CELL}
NO_PLACE = {"meeting": NOWHERE, "cell": CELL}

VALUES: dict[str, list[Values]] = {
    "alert_conflict": [{"since": NOW}],
    "alert_database_back": [{"since": NOW, "until": EVENING}],
    "alert_disk_full": [{"since": NOW}],
    "alert_queue_old": [{"count": count, "minutes": 15} for count in (1, 120)],
    "already_registered": [{"member": HOA}],
    "behalf_answer_asked": [{"member": HOA, "meeting": MEETING}],
    "behalf_asked": [{"meeting": MEETING}],
    "behalf_noted": [{"member": HOA, "reply": LATE, "meeting": MEETING}],
    "cancelled": [{}],
    "consent_asked": [
        {"member": HOA, "cell": None, "role": None},
        {"member": None, "cell": CELL, "role": None},
        {"member": None, "cell": None, "role": RoleName.OFFICER},
    ],
    "consent_given": [{"now": NOW, "version": "2026-11"}],
    "consent_refused": [{}],
    "headcount": [
        {**THERE, "count": HALF, "now": NOW},
        {**NO_PLACE, "count": NONE_YET, "now": NOW},
        {**THERE, "count": ALL_COMING, "now": NOW},
    ],
    "help": [{"leads": leads, "sends_notices": sends} for leads in (True, False) for sends in (True, False)],
    "join_approved": [{"cell": CELL, "request": REQUEST}],
    "join_asked": [
        {"request": REQUEST, "cell": CELL, "alike": []},
        {"request": REQUEST, "cell": CELL, "alike": [HOA]},
        {"request": REQUEST, "cell": CELL, "alike": [HOA, MAI]},
    ],
    "join_decided": [{"request": REQUEST, "member": HOA}, {"request": REQUEST, "member": None}],
    "join_declined": [{"cell": CELL, "request": REQUEST}],
    "join_name_asked": [{"cell": CELL}],
    "join_sent": [{"cell": CELL, "request": REQUEST}],
    "leave_asked": [{"meeting": MEETING, "member": HOA, "reply": r} for r in (ON_LEAVE, WITH_REASON)],
    "leave_decided": [{**THERE, "decision": decision} for decision in LeaveDecision],
    "leave_decision_noted": [
        {"member": HOA, "reply": _reply(HOA, Answer.LEAVE, decision=decision)} for decision in LeaveDecision
    ],
    "leave_reason_asked": [THERE],
    "leave_taken_back": [{"meeting": MEETING, "member": HOA, "reply": r} for r in (COMING, LATE)],
    "me": [
        {
            "member": MAI,
            "cell": OTHER,
            "residential": CELL,
            "status": Status.OFFICIAL,
            "roles": [RoleName.DEPUTY, RoleName.FOLLOWER],
            "skipped": 2,
        },
        {"member": QUAN, "cell": None, "residential": None, "status": None, "roles": [], "skipped": 0},
        {
            "member": HOA,
            "cell": CELL,
            "residential": None,
            "status": Status.PROBATIONARY,
            "roles": [],
            "skipped": 1,
        },
    ],
    "meeting_all_answered": [{"meeting": MEETING, "count": count} for count in (HALF, ALL_COMING)],
    "meeting_answered": [{**THERE, "reply": r} for r in (COMING, LATE, ON_LEAVE, WITH_REASON)],
    "meeting_called": [THERE, NO_PLACE],
    "meeting_called_report": [
        {**THERE, "invited": 6, "unreached": []},
        {**THERE, "invited": 6, "unreached": [HOA]},
        {**THERE, "invited": 60, "unreached": CROWD},
    ],
    "meeting_chase": [THERE, NO_PLACE],
    "meeting_mine": [
        {**THERE, "reply": None, "exempt": False},
        {**THERE, "reply": None, "exempt": True},
        {**NO_PLACE, "reply": WITH_REASON, "exempt": False},
    ],
    "meeting_silent": [{**THERE, "silent": SILENT}, {**THERE, "silent": NONE_YET.silent}],
    "meeting_soon": [THERE, NO_PLACE],
    "member_unreachable": [{"member": HOA, "cell": CELL}],
    "no_meetings": [{}],
    "not_understood": [{"meeting": None}, {"meeting": MEETING}],
    "notice_audience_asked": [{"notice": NOTICE, "place": COMMITTEE}],
    "notice_confirmed": [{"notice": NOTICE}],
    "notice_discarded": [{}],
    "notice_issuer_asked": [{}],
    "notice_numbers": [
        {"notice": NOTICE, "audience": COMMITTEE, "total": TOTAL, "cells": CELLS},
        {"notice": LEAVING, "audience": CELL, "total": Counts(), "cells": []},
    ],
    "notice_part": [
        {**PART, "number": 1, "count": 1},
        {**PART, "number": 1, "count": 2, "text": f"{NOTICE.title}\n\nToàn văn"},
        {**PART, "number": 2, "count": 2, "text": f"{TYPED} " + "điều " * 600},
        {**PART, "number": 2, "count": 2, "confirmed_at": NOW},
        {**PART, "number": 2, "count": 2, "text": ""},
    ],
    "notice_preview": [
        {
            "notice": NOTICE,
            "issuer": COMMITTEE,
            "audience": audience,
            "file": file,
            "parts": 1,
            "total": total,
            "cells": cells,
            "count": len(cells),
        }
        for audience, file, total, cells in (
            (COMMITTEE, f"Kế hoạch {TYPED}.pdf", TOTAL, CELLS),
            (CELL, None, Counts(1), CELLS[1:]),
        )
    ],
    "notice_sent": [
        {"notice": NOTICE, "total": TOTAL, "quiet": True},
        {"notice": NOTICE, "total": Counts(1), "quiet": False},
    ],
    "notice_taken": [
        {"length": 120, "parts": 1, "file": None},
        {"length": 0, "parts": 1, "file": f"Kế hoạch {TYPED}.pdf"},
        {"length": 12_077, "parts": 4, "file": "Kế hoạch 05.pdf"},
    ],
    "notice_text_asked": [{"issuer": COMMITTEE}],
    "notice_title_asked": [{"notice": NOTICE}],
    "notice_unconfirmed": [
        {
            "notice": NOTICE,
            "cell": CELL,
            "silent": [Unconfirmed(HOA, True), Unconfirmed(MAI, False)],
            "count": 2,
            "first": 0,
        },
        {"notice": NOTICE, "cell": CELL, "silent": [], "count": 0, "first": 0},
    ],
    "notices": [
        {"issued": [(NOTICE, TOTAL)] * 5, "received": [(NOTICE, COMMITTEE, NOW)], "sends": True},
        {"issued": [], "received": [(LONG_TITLE, COMMITTEE, None)] * 5, "sends": False},
        {"issued": [], "received": [], "sends": True},
        {"issued": [], "received": [], "sends": False},
    ],
    "refusal": [{"text": f"Không có tổ chức nào mang mã «{TYPED}»."}],
    "report_meeting": [THERE, NO_PLACE],
    "report_nothing": [{}],
    "report_notice": [{"notice": NOTICE}],
    "report_summary": [
        {"notices": 1, "tasks": 2, "meetings": 3},
        {"notices": 0, "tasks": 0, "meetings": 1},
        {"notices": 2, "tasks": 1, "meetings": 0},
    ],
    "roll_closing": [{"sheet": sheet} for sheet in (UNDECIDED, UNMARKED, FULL)],
    "roll_locked": [{"sheet": FULL, "by": LAN}],
    "roll_open": [THERE],
    "roll_sheet": [
        {"sheet": sheet, "too_early": early, "signs": {}}
        for sheet, early in ((FULL, False), (UNDECIDED, False), (UNMARKED, True))
    ],
    "roll_summary": [
        {"sheet": FULL, "skipping": SKIPPING},
        {"sheet": MISSED, "skipping": CROWD_SKIPPING},
        {"sheet": _sheet([], CLOSED), "skipping": []},
    ],
    "schedule_asked": [{"kind": kind, "cell": CELL} for kind in MeetingKind],
    "schedule_offer": [{"cell": CELL, "any": True}, {"cell": CELL, "any": False}],
    "schedule_set": [
        {"schedule": SCHEDULE, "cell": CELL, "coming": [MEETING]},
        {"schedule": SCHEDULE, "cell": CELL, "coming": []},
    ],
    "schedule_understood": [
        {"read": read, "key": key, "kind": "regular", "values": values}
        for read, key, values in (
            (READ, "monthly_day", {"day": 3, "months": []}),
            (READ_ALL, "monthly_day", {"day": 3, "months": [6]}),
            (READ, "monthly_last_day", {"months": []}),
            *((READ_BARE, "monthly_weekday", {"nth": n, "weekday": 5, "months": [6]}) for n in (1, 2, -1)),
            (READ_BARE, "other", {"hour": 8}),
        )
    ],
    "silent_reminded": [
        {"told": told, "silent": silent, "meeting": MEETING}
        for told, silent in ((0, []), (2, SILENT), (1, SILENT), (0, SILENT))
    ],
    "skipped": [
        {"cell": CELL, "last": FULL, "skipping": [*SKIPPING, Skipping(MAI, 1, "none")], "year": 2026},
        {"cell": CELL, "last": MISSED, "skipping": CROWD_SKIPPING, "year": 2026},
        {"cell": CELL, "last": None, "skipping": [], "year": 2026},
    ],
    "sorry": [{}],
    "task_asked": [{**values, "member": HOA} for values in ONE_OR_MANY],
    "task_behalf": [
        {"mine": MANY, "just": None, "member": HOA, "today": TODAY},
        {"mine": [FOR_HER], "just": FOR_HER, "member": HOA, "today": TODAY},
    ],
    "task_board": [{"cell": CELL, "board": board} for board in (BOARD, NO_TASKS)],
    "task_chased": [{**values, "member": HOA} for values in ONE_OR_MANY],
    "task_for_members": [{"line": LINE, "chosen": []}, {"line": BARE_LINE, "chosen": [HOA, DUNG]}],
    "task_for_whom": [{}],
    "task_given": [{"given": _given(t), "by": LAN, "cell": CELL, "today": TODAY} for t in (TASK, BARE_TASK)],
    "task_giving_done": [
        {"line": LINE, "to": [HOA], "unreached": []},
        {"line": BARE_LINE, "to": [HOA, DUNG], "unreached": [DUNG]},
    ],
    "task_hint": [*ONE_OR_MANY, {"mine": [], "today": TODAY}],
    "task_item": [{"given": given, "today": TODAY} for given in MANY],
    "task_line_asked": [{"cell": CELL}],
    "task_list": ONE_OR_MANY,
    "task_mine": [
        {"mine": [], "just": None, "today": TODAY},
        {"mine": MANY, "just": HALF_DONE, "today": TODAY},
        {"mine": [STUCK], "just": STUCK, "today": TODAY},
    ],
    "task_names": [
        {"cell": CELL, "board": BOARD, "stuck": [(HOA, [STUCK, STUCK_HALF])]},
        {"cell": CELL, "board": ALL_REPORTED, "stuck": []},
    ],
    "task_open": ONE_OR_MANY,
    "task_progress": [{"given": given} for given in MANY],
    "task_reminded": [
        {"told": told, "unreached": unreached}
        for told, unreached in ((0, []), (1, []), (2, [HOA]), (0, [HOA]))
    ],
    "task_reported": [{"given": given, "today": TODAY} for given in MANY[1:]],
    "task_unclear": [{}],
    "task_which": [{"words": f"được 4 hộ {TYPED}", "meant": MANY}],
    "welcome": [
        {"member": LAN, "cell": CELL, "roles": [RoleName.SECRETARY]},
        {"member": QUAN, "cell": None, "roles": [RoleName.OFFICER, RoleName.APPROVER]},
        {"member": HOA, "cell": CELL, "roles": []},
    ],
}
