"""What the templates about who has been missing are shown with; see `text_values`."""

from bot.actions.caring import Card, Skipping
from bot.rules.caring import Following
from bot.rules.words import LeaveReason, RollState
from db.caring import Absence, Branch
from db.models import Care, CareNote
from handlers.paging import PAGE
from tests.bot.text_values import CELL, CROWD, DUNG, EVENING, HOA, LAN, MAI, NOW, TYPED, Values

SKIPPING = [
    Skipping(HOA, 3, "red", 3, Following.LOOKED_AFTER, new=True),
    Skipping(DUNG, 2, "amber"),
    Skipping(MAI, 2, "amber", 1, Following.BACK),
]
CROWD_SKIPPING = [Skipping(member, 12, "red", 12, Following.LOOKED_AFTER, new=True) for member in CROWD]
PAGE_SKIPPING = CROWD_SKIPPING[:PAGE]
NUMBERS = Branch(2, 2, 1, 1, 1)
NO_NUMBERS = Branch(2, 0, 0, 0, 0)
ABSENCES = [
    Absence(2, EVENING, RollState.UNEXCUSED, None, None),
    Absence(2, EVENING, RollState.EXCUSED, LeaveReason.OTHER, f"đưa cháu đi viện {TYPED}"),
    Absence(2, EVENING, RollState.EXCUSED, LeaveReason.FAMILY, ""),
]
CARE = Care(id=1, cell_id=2, member_id=3, year=2026, talker_id=1, opened_at=NOW)
TALKED = CARE.model_copy(update={"talked_at": NOW, "came_back_at": EVENING})
NOTES = [(CareNote(care_id=1, by_id=1, words=f"đã gặp {TYPED}", noted_at=NOW), LAN)]
BACK = Skipping(HOA, 1, "none", 0, Following.BACK)

CARES: dict[str, list[Values]] = {
    "care": [
        {"card": Card(CELL, SKIPPING[0], ABSENCES, CARE, LAN, NOTES), "year": 2026},
        {"card": Card(CELL, BACK, ABSENCES, TALKED, LAN, []), "year": 2026},
        {"card": Card(CELL, Skipping(HOA, 0, "none"), [], None, None, []), "year": 2026},
    ],
    "care_asked": [{"member": HOA, "cell": CELL}],
    "care_talked": [{"member": HOA, "talker": MAI, "with_note": with_note} for with_note in (True, False)],
    "care_thanks": [{"member": HOA}],
    "care_unreached": [{"talker": MAI}],
    "care_which": [{}],
    "skipped_names": [
        {"cell": CELL, "skipping": skipping, "total": len(skipping), "year": 2026}
        for skipping in (SKIPPING, PAGE_SKIPPING, [])
    ],
    "skipped_numbers": [
        {"organisation": CELL, "numbers": numbers, "year": 2026} for numbers in (NUMBERS, NO_NUMBERS)
    ],
}
