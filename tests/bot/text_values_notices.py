"""What the templates about study notices are shown with; see `text_values`."""

from dataclasses import replace

from bot.actions.notice_cascade import Cascade, Part
from bot.actions.notice_library import Card
from bot.actions.notice_progress import Seen
from bot.actions.notice_sessions import Studied
from bot.reports.notice_report import Line, Report
from bot.rules.notice_library import Force
from bot.rules.notice_stages import Stage
from bot.rules.notices import Piece
from db.models import DeliveryState, Notice, NoticeQuestion, NoticeState
from db.notice_library import Entry
from db.notice_progress import Deletion, Progress
from db.notices import CellCounts, Counts, Standing, Unconfirmed
from tests.bot.text_values import CELL, COMMITTEE, HOA, MAI, NOW, OTHER, TYPED, Values
from tests.bot.text_values_meetings import MEETING

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
LONG_TITLE = NOTICE.model_copy(update={"title": ("Kế hoạch " * 33).strip()})
ASKED_FOR = NOTICE.model_copy(
    update={"state": NoticeState.DRAFT, "leaves_at": NOW, "returned": f"Sai số hiệu {TYPED}"}
)
S = DeliveryState
GOING = {S.SENT: 12_000, S.QUEUED: 8_000, S.SENDING: 9, S.RETRY: 1, S.UNKNOWN: 2, S.BLOCKED: 40}
ENDED = {S.SENT: 12_000, S.CANCELLED: 8_000, S.DEAD: 1}
TOTAL = Counts(5, 4, 1, 1)
CELLS = [CellCounts(4, 3, 1, 1, CELL.name), CellCounts(1, 1, 0, 0, OTHER.name)]
PART = {
    "notice": NOTICE,
    "issuer": COMMITTEE,
    "piece": Piece(NOTICE.text),
    "confirmed_at": None,
    "questions": 0,
}
HEADED = LONG_TITLE.model_copy(
    update={
        "body": "Ban Thường vụ Đảng ủy " * 9,
        "number": "05-KH/ĐU",
        "issued_on": NOW.date(),
        "study_by": NOW.date(),
    }
)
WIDE = COMMITTEE.model_copy(update={"name": "Đảng bộ " * 24})
QUESTION = NoticeQuestion(id=1, notice_id=1, number=1, text=f"Ai? {TYPED}", choices=["Có", "Không"], right=0)
ASKED = {"notice": NOTICE, "question": QUESTION, "choices": ["Không", f"Có {TYPED}"]}
STOPPED = NOTICE.model_copy(update={"cancelled_at": NOW})
PARTS = [
    Part(COMMITTEE, replace(TOTAL, in_person=1, at_meeting=1), 2, 1),
    Part(CELL, Counts(3, 3, 3, 0), 1, 0),
]
CASCADE = Cascade(NOTICE, COMMITTEE, COMMITTEE, replace(TOTAL, in_person=1, at_meeting=1), 3, PARTS, CELLS)
LINE = Line(CELL.name, 1, 2, 1, 4, 5)
REPORT = Report(NOTICE.title, "05-KH/ĐU", CELL.name, COMMITTEE.name, NOW.date(), NOW.date(), 1, LINE, [LINE])
STANDINGS = [
    Standing(HOA, None, None, None),
    Standing(MAI, NOW, None, None),
    Standing(HOA, NOW, MAI.name, None),
    Standing(MAI, NOW, None, NOW),
]
STUDIED = Studied(MEETING, CELL, [(NOTICE, True), (LONG_TITLE, False)])
ENTRY = Entry(1, NOTICE.title, "05-KH/ĐU", "", None, NOW, None, None, got=True, confirmed_at=NOW)
CARD = Card(ENTRY, HEADED, COMMITTEE, Force.IN_FORCE, None, keeps=True)
OUT = NOTICE.model_copy(update={"in_force_to": NOW.date()})
LIBRARY = {"source": f"05-KH/ĐU {TYPED}", "lead": f"Điều 1 {TYPED}"}

NOTICES: dict[str, list[Values]] = {
    "notice_audience_asked": [{"notice": NOTICE, "place": COMMITTEE}],
    "notice_confirmed": [{"notice": NOTICE, "right": right} for right in (None, True)],
    "notice_discarded": [{}],
    "notice_progress": [
        {"seen": seen, "notice": seen.notice, "approvers": approvers, "quiet": quiet}
        for seen, approvers, quiet in (
            (Seen(ASKED_FOR, Stage.AWAITING, Progress(), None, NOW), [f"Lù {TYPED}", "Mai"], False),
            (Seen(ASKED_FOR, Stage.WAITING, Progress(), None, NOW), [], False),
            (Seen(ASKED_FOR, Stage.DRAFT, Progress(), None, NOW), [], False),
            (Seen(LEAVING, Stage.SENDING, Progress(GOING, GOING, 600), None, NOW), [], False),
            (Seen(NOTICE, Stage.SENT, Progress(GOING, GOING, 0), None, NOW), [], True),
            (Seen(NOTICE, Stage.SENT, Progress(ENDED, ENDED, 0), None, NOW), [], False),
            (Seen(NOTICE, Stage.PAUSED, Progress(GOING, GOING, 9), None, NOW), [], False),
            (Seen(NOTICE, Stage.CANCELLED, Progress(ENDED, ENDED, 0), Deletion(3, 4, 1), NOW), [], False),
        )
    ],
    "notice_approval_asked": [
        {
            "notice": ASKED_FOR,
            "issuer": COMMITTEE,
            "audience": CELL,
            "author": HOA,
            "total": total,
            "most": 200,
        }
        for total in (TOTAL, Counts(201))
    ],
    "notice_approved": [{"notice": ASKED_FOR}],
    "notice_given_back": [{"notice": ASKED_FOR}],
    "notice_returned": [{"notice": ASKED_FOR, "by": by} for by in (HOA, None)],
    "notice_delete_asked": [{"notice": NOTICE}],
    "notice_issuer_asked": [{}],
    "library": [
        {"count": 12, "words": "", "more": 0},
        {"count": 12, "words": TYPED, "more": 4},
        {"count": 0, "words": "", "more": 0},
    ],
    "library_card": [
        {"card": CARD, **LIBRARY},
        {"card": replace(CARD, notice=OUT, force=Force.EXPIRED), "source": "", "lead": ""},
        {"card": replace(CARD, replaced_by=NOTICE, force=Force.REPLACED), **LIBRARY},
    ],
    "library_newer_asked": [{"notice": NOTICE, "later": later} for later in ([NOTICE], [])],
    "library_words_asked": [{}],
    "notice_low": [{"found": CASCADE, "cells": CELLS}],
    "notice_numbers": [
        {"found": CASCADE, "parts": CASCADE.parts},
        {"found": replace(CASCADE, notice=LEAVING, counts=Counts(), sessions=0), "parts": []},
        {"found": replace(CASCADE, notice=STOPPED), "parts": []},
    ],
    "notice_push": [{"notice": each, "cell": CELLS[0]} for each in (NOTICE, HEADED)],
    "notice_pushed": [{"cells": cells, "reached": reached} for cells, reached in ((0, 0), (2, 2), (2, 1))],
    "notice_report": [{"report": REPORT}, {"report": replace(REPORT, source="", study_by=None, lines=[])}],
    "notice_report_file": [{"today": NOW.date()}],
    "notice_standings": [{"notice": NOTICE, "cell": CELL, "people": STANDINGS, "first": 0}],
    "notice_studied": [
        {"seen": STUDIED, "studied": [NOTICE]},
        {"seen": STUDIED, "studied": []},
        {"seen": replace(STUDIED, notices=[]), "studied": []},
    ],
    "notice_part": [
        {**PART, "number": 1, "count": 1},
        {**PART, "number": 1, "count": 2, "piece": Piece(f"{NOTICE.title}\n\nToàn văn")},
        {**PART, "number": 2, "count": 2, "piece": Piece(f"{TYPED} " + "điều " * 600)},
        {**PART, "number": 2, "count": 2, "confirmed_at": NOW},
        {**PART, "number": 2, "count": 2, "piece": Piece("", 1), "questions": 1},
        {**PART, "notice": HEADED, "number": 1, "count": 1, "piece": Piece("điều " * 40, 1, lead=True)},
    ],
    "notice_chase": [
        {"notice": NOTICE, "issuer": COMMITTEE, "again": False},
        {"notice": HEADED, "issuer": WIDE, "again": True},
    ],
    "notice_later_asked": [{"notice": NOTICE}],
    "notice_put_off": [{"notice": NOTICE, "at": NOW}],
    "notice_question": [{**ASKED, "right": right} for right in (None, True, False)],
    "notice_unreached": [{"notice": NOTICE, "cell": CELL, "names": [HOA.name, MAI.name]}],
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
    "report_notice": [{"notice": NOTICE}],
}
