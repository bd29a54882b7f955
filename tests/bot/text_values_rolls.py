"""What the templates about checking in, correcting, guests and minutes are shown with; see `text_values`."""

from datetime import timedelta

from bot.actions.guests import GuestBook
from bot.actions.minutes import Noted
from bot.rules.words import RollState
from db.models import MeetingMinutes, MeetingState
from db.rolls import Present
from tests.bot.text_values import CELL, CROWD, EVENING, HOA, LAN, MINH, QUAN, TYPED, Values
from tests.bot.text_values_meetings import EVERY_STATE, FULL, MEETING, UNDECIDED, UNMARKED

GUESTS = [
    Present(1, QUAN.name, 5, True),
    Present(2, f"Bà Mỷ {TYPED}", None, False),
    Present(3, "", None, False),
]
NOT_HELD = MEETING.model_copy(
    update={"state": MeetingState.NOT_HELD, "outcome": f"mưa lũ {TYPED}", "closed_at": EVENING}
)
FORGOTTEN = NOT_HELD.model_copy(update={"outcome": ""})
NOTHING_NOTED = Noted(UNMARKED, MeetingMinutes(meeting_id=1), [LAN, MINH], None, None)
NOTED = Noted(
    FULL,
    MeetingMinutes(
        meeting_id=1,
        began_at=EVENING,
        ended_at=EVENING + timedelta(minutes=95),
        speakers=0,
        conclusions=f"Thu gom rác\nSửa đường {TYPED}",
    ),
    [LAN, MINH],
    LAN,
    MINH,
)
LATE_FROM, CLOSES = EVENING + timedelta(minutes=10), EVENING + timedelta(hours=2)
OPEN = {"late_from": LATE_FROM, "closes": CLOSES}

ROLLS: dict[str, list[Values]] = {
    "check_in_qr": [{"meeting": MEETING, "until": CLOSES}],
    "check_in_shown": [
        {"sheet": sheet, "code": code, **OPEN}
        for sheet, code in ((UNDECIDED, "0482"), (UNMARKED, None), (FULL, None))
    ],
    "checked_in": [
        {"meeting": MEETING, "cell": CELL, "state": state, "now": EVENING}
        for state in (RollState.PRESENT, RollState.LATE)
    ],
    "guest_names_asked": [{"meeting": MEETING, "cell": CELL}],
    "guests": [
        {"book": GuestBook(MEETING, CELL, GUESTS, [QUAN])},
        {"book": GuestBook(MEETING, CELL, [], [])},
    ],
    "minutes": [{"noted": NOTED}, {"noted": NOTHING_NOTED}],
    "minutes_points_asked": [{"noted": NOTED}, {"noted": NOTHING_NOTED}],
    "not_held": [{"meeting": NOT_HELD, "cell": CELL}, {"meeting": FORGOTTEN, "cell": CELL}],
    "not_held_taken_back": [{"meeting": MEETING, "cell": CELL}],
    "not_held_told": [{"meeting": NOT_HELD, "cell": CELL, "by": LAN, "held": held} for held in (True, False)],
    "residential_result": [
        {"meeting": MEETING, "cell": CELL, "people": EVERY_STATE[:4], "corrected": corrected}
        for corrected in (False, True)
    ],
    "roll_corrected": [{"sheet": FULL, "member": HOA, "state": "late"}],
    "roll_delegate_asked": [{"sheet": UNMARKED, "able": CROWD}, {"sheet": UNMARKED, "able": []}],
    "roll_delegate_noted": [{"sheet": UNMARKED, "member": HOA}],
    "roll_delegated": [{"meeting": MEETING, "cell": CELL, "by": LAN}],
    "roll_fix_asked": [{"sheet": FULL}],
    "roll_more": [{"sheet": UNMARKED}],
}
