"""What the templates about preparing meetings, documents, leave together and reminders are shown with."""

from bot.rules.words import Answer, LeaveReason, MeetingKind, ReminderProfile
from db.preparing import Document
from tests.bot.text_values import CELL, HOA, NOW, TYPED, Values
from tests.bot.text_values_meetings import (
    COMING,
    LEAVES,
    MEETING,
    NOWHERE,
    ON_LEAVE,
    SCHEDULE,
    WITH_AGENDA,
    WITH_REASON,
    _expected,
)

THERE = {"meeting": MEETING, "cell": CELL}
CALLED = WITH_AGENDA.model_copy(update={"called_at": NOW})
DOCUMENTS = [Document(1, 1, f"de-an {TYPED}.pdf"), Document(2, 2, "photo.jpg")]
WAITING = [
    *LEAVES,
    _expected(HOA, Answer.LEAVE, reason=LeaveReason.OTHER, words=TYPED),
    _expected(HOA, Answer.LEAVE),
]
OTHERWISE = SCHEDULE.model_copy(
    update={"profile": ReminderProfile.ACTIVE, "prepare_days": 3, "answer_hours": 5, "agenda": TYPED}
)
THEMATIC = SCHEDULE.model_copy(update={"kind": MeetingKind.THEMATIC, "agenda": "Chuyên đề\nHai việc"})

PREPARING: dict[str, list[Values]] = {
    "meeting_prepare": [
        {**THERE, "agenda": "", "owes": True},
        {"meeting": NOWHERE, "cell": CELL, "agenda": f"1. {TYPED}\n2. Việc khác", "owes": False},
    ],
    "meeting_documents_due": [THERE],
    "meeting_called_follower": [
        {"meeting": meeting, "cell": CELL, "invited": 20, "owes": meeting is MEETING}
        for meeting in (MEETING, NOWHERE, WITH_AGENDA)
    ],
    "roll_open_follower": [THERE],
    "meeting_document": [{**THERE, "document": document} for document in DOCUMENTS],
    "meeting_confirmed": [{"meeting": meeting, "cell": CELL} for meeting in (MEETING, CALLED)],
    "meeting_papers": [
        {"meeting": MEETING, "documents": documents, "most": 5} for documents in ([], DOCUMENTS)
    ],
    "meeting_papers_done": [
        {"meeting": meeting, "documents": documents}
        for meeting in (MEETING, CALLED)
        for documents in ([], DOCUMENTS)
    ],
    "snoozed": [{"at": NOW, "meeting": MEETING}],
    "reminders_wanted": [{"fewer": True}, {"fewer": False}],
    "reminder_settings": [
        {"cell": CELL, "schedules": [SCHEDULE], "first": SCHEDULE},
        {"cell": CELL, "schedules": [OTHERWISE, THEMATIC], "first": OTHERWISE},
    ],
    "leave_list": [{"meeting": MEETING, "waiting": waiting} for waiting in ([], WAITING)],
    "leave_all_accepted": [{"meeting": MEETING, "accepted": WAITING}],
    "leave_on_the_day": [
        {"meeting": MEETING, "member": HOA, "reply": reply, "overdue": overdue}
        for reply, overdue in ((ON_LEAVE, False), (WITH_REASON, True))
    ],
    "answer_overdue": [{"meeting": MEETING, "member": HOA, "reply": COMING}],
}
