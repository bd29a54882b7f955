"""What the templates about meetings, answers and the roll are shown with; see `text_values`."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from bot.actions.attendance import Headcount
from bot.actions.changing import Changed
from bot.actions.roll import Sheet
from bot.rules.attendance import Standing
from bot.rules.schedule_words import ScheduleWords
from bot.rules.words import Answer, LeaveDecision, LeaveReason, MeetingKind, ReminderProfile, RollState, Shift
from db.meetings import Expected
from db.models import Meeting, MeetingState, Member, Reply, Schedule
from db.rolls import Present
from tests.bot.text_values import CELL, CROWD, DUNG, EVENING, HOA, LAN, MAI, MINH, NOW, TODAY, TYPED, Values
from tests.bot.text_values_care import CROWD_SKIPPING, NO_NUMBERS, NUMBERS, PAGE_SKIPPING, SKIPPING

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
WITH_AGENDA = MEETING.model_copy(update={"agenda": f"1. {TYPED}\n2. Việc khác"})
LATE_ONES = MEETING.model_copy(
    update={"called_at": NOW - timedelta(days=2), "answer_by": NOW - timedelta(days=1)}
)


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

SCHEDULE = Schedule(cell_id=2, kind=MeetingKind.REGULAR, rule="FREQ=MONTHLY", at=time(19, 30), since=TODAY)
LIGHT = SCHEDULE.model_copy(update={"profile": ReminderProfile.LIGHT})
READ = ScheduleWords("FREQ=MONTHLY;BYMONTHDAY=3", time(19, 30), f"nhà văn hóa {TYPED}")
READ_BARE = ScheduleWords("FREQ=MONTHLY;BYDAY=2SA", time(8, 0), None)
READ_ALL = replace(READ_BARE, shift=Shift.NEXT_WORKDAY, minutes=120)

THERE = {"meeting": MEETING, "cell": CELL}
NUMBERED = {"cell": CELL, "year": 2026, "numbers": NUMBERS}
NO_PLACE = {"meeting": NOWHERE, "cell": CELL}

NAMELESS = Present(2, "", None, False)
WITH_GUESTS = {"guests": [Present(1, f"Lê Quân {TYPED}", 5, True), Present(2, "Bà Mỷ", None, False)]}
WITHOUT_GUESTS = {"guests": [], "length": 90, "corrected": False}

MEETINGS: dict[str, list[Values]] = {
    "behalf_answer_asked": [{"member": HOA, "meeting": MEETING}],
    "behalf_asked": [{"meeting": MEETING}],
    "behalf_noted": [{"member": HOA, "reply": LATE, "meeting": MEETING}],
    "headcount": [
        {**THERE, "count": HALF, "now": NOW},
        {**NO_PLACE, "count": NONE_YET, "now": NOW},
        {**THERE, "count": ALL_COMING, "now": NOW},
        {"meeting": LATE_ONES, "cell": CELL, "count": ALL_COMING, "now": NOW},
    ],
    "leave_asked": [
        {"meeting": MEETING, "member": HOA, "reply": r, "overdue": overdue}
        for r, overdue in ((ON_LEAVE, False), (WITH_REASON, True))
    ],
    "leave_decided": [{**THERE, "decision": decision} for decision in LeaveDecision],
    "leave_decision_noted": [
        {"member": HOA, "reply": _reply(HOA, Answer.LEAVE, decision=decision)} for decision in LeaveDecision
    ],
    "leave_reason_asked": [THERE],
    "leave_taken_back": [{"meeting": MEETING, "member": HOA, "reply": r} for r in (COMING, LATE)],
    "meeting_all_answered": [{"meeting": MEETING, "count": count} for count in (HALF, ALL_COMING)],
    "meeting_answered": [{**THERE, "reply": r} for r in (COMING, LATE, ON_LEAVE, WITH_REASON)],
    "meeting_called": [
        {**THERE, "answer_by": None},
        {**NO_PLACE, "answer_by": NOW},
        {"meeting": WITH_AGENDA, "cell": CELL, "answer_by": NOW},
    ],
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
        {"meeting": WITH_AGENDA, "cell": CELL, "reply": None, "exempt": False},
    ],
    "meeting_silent": [{**THERE, "silent": SILENT}, {**THERE, "silent": NONE_YET.silent}],
    "meeting_soon": [THERE, NO_PLACE],
    "no_meetings": [{}],
    "not_understood": [{"meeting": None}, {"meeting": MEETING}],
    "report_meeting": [THERE, NO_PLACE],
    "roll_closing": [
        *({"sheet": sheet, "left": 0} for sheet in (UNDECIDED, UNMARKED, FULL)),
        {"sheet": FULL, "left": 2},
    ],
    "roll_locked": [{"sheet": FULL, "by": LAN}],
    "roll_open": [THERE],
    "roll_sheet": [
        {"sheet": sheet, "too_early": early}
        for sheet, early in ((FULL, False), (UNDECIDED, False), (UNMARKED, True))
    ],
    "roll_summary": [
        {
            "sheet": FULL,
            "skipping": SKIPPING,
            "returned": [MAI],
            **WITH_GUESTS,
            "length": 95,
            "corrected": True,
        },
        {"sheet": MISSED, "skipping": CROWD_SKIPPING, "returned": [], **WITHOUT_GUESTS},
        {"sheet": _sheet([], CLOSED), "skipping": [], "returned": [], **WITHOUT_GUESTS, "guests": [NAMELESS]},
    ],
    "schedules": [
        {"place": CELL, "is_cell": cell, "listed": listed, "owing": cell}
        for cell in (True, False)
        for listed in ([], [(MeetingKind.REGULAR, SCHEDULE, "ngày 3 hằng tháng")])
    ],
    "schedule_default_set": [{"place": CELL, "kind": MeetingKind.REGULAR, "words": "ngày 3 hằng tháng"}],
    "meeting_moved": [
        {**THERE, "before": before, "answer": answer, "asked": asked, "revived": revived}
        for before in (NOW, EVENING)
        for answer, asked in ((Answer.COMING, True), (None, True), (None, False))
        for revived in (True, False)
    ],
    "calendar_file": [
        {"meeting": meeting}
        for meeting in (MEETING, MEETING.model_copy(update={"state": MeetingState.CANCELLED}))
    ],
    "meeting_cancelled": [{**THERE, "reason": reason} for reason in ("", TYPED)],
    "meeting_change": [
        {"cell": CELL, "meeting": meeting}
        for meeting in (
            MEETING,
            NOWHERE,
            MEETING.model_copy(update={"agenda": TYPED, "combined": True, "called_at": NOW}),
            MEETING.model_copy(update={"state": MeetingState.CANCELLED}),
        )
    ],
    "meeting_change_done": [
        {"what": what, "changed": Changed(MEETING, CELL, EVENING, told)}
        for what in ("move", "cancel")
        for told in (0, 3)
    ],
    "schedule_asked": [{"kind": kind, "cell": CELL} for kind in MeetingKind],
    "schedule_offer": [{"cell": CELL, "any": True}, {"cell": CELL, "any": False}],
    "schedule_set": [
        {"schedule": SCHEDULE, "cell": CELL, "coming": [MEETING]},
        {"schedule": SCHEDULE, "cell": CELL, "coming": []},
        {"schedule": LIGHT, "cell": CELL, "coming": []},
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
    "skipped": [
        {**NUMBERED, "last": FULL, "skipping": SKIPPING, "once": 1},
        {**NUMBERED, "last": MISSED, "skipping": PAGE_SKIPPING, "once": 0},
        {**NUMBERED, "last": None, "skipping": [], "once": 0, "numbers": NO_NUMBERS},
    ],
    "silent_reminded": [
        {"told": told, "silent": silent, "meeting": MEETING}
        for told, silent in ((0, []), (2, SILENT), (1, SILENT), (0, SILENT))
    ],
}
