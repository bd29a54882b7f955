"""What the templates about summaries, absences and their files are shown with; see `text_values`."""

from datetime import date

from bot.actions.skipping import Found
from bot.actions.summaries import ClosedRoll, Month, OwnYear, Part, Summary
from bot.rules.attendance import Count
from bot.rules.skipping import Asked
from bot.rules.spans import Span
from bot.rules.words import MeetingKind, RollState
from db.attendance_counts import Held, OwnMark
from db.skipping import Absent
from handlers.paging import PAGE
from tests.bot.text_values import CELL, COMMITTEE, CROWD, DUNG, EVENING, HOA, MAI, TYPED, Values
from tests.bot.text_values_care import NUMBERS
from tests.bot.text_values_meetings import MEETING

SPAN = Span.of("year", date(2026, 1, 1))
COUNT = Count.closed(dict(zip(RollState, (14, 2, 1, 2, 1, 1), strict=True)))
HELD = Held(closed=3, open=1, not_held=1, cancelled=1, count=COUNT)
KINDS = {kind: HELD for kind in MeetingKind if kind is not MeetingKind.COMMITTEE}
FEW = {MeetingKind.REGULAR: Held(closed=1, count=COUNT), MeetingKind.THEMATIC: Held(not_held=1)}
MONTHS = [Month(month, HELD, 12, 9) for month in SPAN.months]
PART = Part(CELL, 1, 1, KINDS)
OF_CELL = Summary(CELL, SPAN, 1, 1, KINDS, MONTHS, NUMBERS, [])
OF_COMMITTEE = Summary(COMMITTEE, SPAN, 60, 40, KINDS, MONTHS, NUMBERS, [PART])
OF_MONTH = Summary(CELL, Span.of("month", date(2026, 3, 1)), 1, 1, FEW, MONTHS[:1], None, [])
EMPTY = Summary(COMMITTEE, SPAN, 60, 0, {}, [Month(month) for month in SPAN.months], None, [])
OWN_COUNT = {MeetingKind.REGULAR: COUNT, MeetingKind.RESIDENTIAL: Count.closed({RollState.EXEMPT: 2})}
OWN_MARKS = [
    OwnMark("", kind, date(2026, 3, 1), EVENING, state) for kind in KINDS for state in RollState for _ in "12"
]
ABSENT = [
    Absent(3, HOA.name, 2, CELL.name, 2, 3),
    Absent(4, DUNG.name, 2, CELL.name, 0, 2),
    Absent(6, MAI.name, 2, CELL.name, 1, 0),
]
CROWDED = [Absent(member.id or 0, member.name, 2, CELL.name, 12, 12) for member in CROWD]
ASKED = f"vắng không có lý do {TYPED}"
WITH_NAMES = Found(CELL, Asked(), 3, absent=ABSENT, names=True)
OF_A_CROWD = Found(CELL, Asked(), len(CROWD), absent=CROWDED, names=True)
NUMBERS_ONLY = Found(COMMITTEE, Asked(), 3, [(CELL, 3)])
NOBODY = Found(CELL, Asked(), 0, absent=[], names=True)

SUMMARIES: dict[str, list[Values]] = {
    "file_on_the_way": [
        {"done": done, "of": of, "failed": failed}
        for done, of, failed in ((0, 0, False), (500, 5500, False), (0, 0, True))
    ],
    "my_attendance": [
        {"mine": OwnYear(2026, OWN_COUNT, OWN_MARKS, 2)},
        {"mine": OwnYear(2026, OWN_COUNT, OWN_MARKS[:1], 1)},
        {"mine": OwnYear(2026, {}, [], 0)},
    ],
    "roll_file": [{"roll": ClosedRoll(MEETING, CELL, date(2026, 3, 3), [])}],
    "skip_file": [{"found": found, "asked": ASKED} for found in (WITH_NAMES, NOBODY)],
    "skip_filter": [{"asked": "vắng không có lý do"}],
    "skip_list": [
        {"found": found, "asked": ASKED, "shown": shown, "audited": audited}
        for found, shown, audited in (
            (WITH_NAMES, ABSENT, False),
            (WITH_NAMES, ABSENT, True),
            (OF_A_CROWD, CROWDED[:PAGE], False),
            (NUMBERS_ONLY, None, False),
            (NOBODY, [], False),
        )
    ],
    "skip_unclear": [{}],
    "summary": [{"found": each, "when": "năm 2026"} for each in (OF_CELL, OF_COMMITTEE, OF_MONTH, EMPTY)],
    "summary_file": [{"found": OF_COMMITTEE, "when": "năm 2026"}],
    "year_file": [{"organisation": CELL, "year": 2026, "members": 20}],
}
