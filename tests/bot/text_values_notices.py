"""What the templates about study notices are shown with; see `text_values`."""

from bot.actions.notice_progress import Seen
from bot.rules.notice_stages import Stage
from bot.rules.notices import Piece
from db.models import DeliveryState, Notice, NoticeQuestion, NoticeState
from db.notice_progress import Deletion, Progress
from db.notices import CellCounts, Counts, Unconfirmed
from tests.bot.text_values import CELL, COMMITTEE, HOA, MAI, NOW, OTHER, TYPED, Values

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
ASKED_FOR = NOTICE.model_copy(
    update={"state": NoticeState.DRAFT, "leaves_at": NOW, "returned": f"Sai số hiệu {TYPED}"}
)
S = DeliveryState
GOING = {S.SENT: 12_000, S.QUEUED: 8_000, S.SENDING: 9, S.RETRY: 1, S.UNKNOWN: 2, S.BLOCKED: 40}
ENDED = {S.SENT: 12_000, S.CANCELLED: 8_000, S.DEAD: 1}
LONG_TITLE = NOTICE.model_copy(update={"title": "Kế hoạch " * 33})
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
    "notice_numbers": [
        {"notice": NOTICE, "audience": COMMITTEE, "total": TOTAL, "cells": CELLS},
        {"notice": LEAVING, "audience": CELL, "total": Counts(), "cells": []},
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
