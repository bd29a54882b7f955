"""What the templates about the scorecard are shown with; see `text_values`."""

from datetime import date

from bot.actions.score_digest import Missed, News
from bot.actions.scorecards import Line, Overview, Worst, lines
from bot.config import ZONE
from bot.rules.digests import DigestRhythm
from bot.rules.scorecard import Indicator, Share, Target
from bot.rules.words import OrganisationKind
from bot.texts import Texts
from db.models import CommitteeDigest
from tests.bot.text_values import CELL, NOW, Values

TEXTS = Texts(ZONE)
MONTH = date(2026, 3, 1)
COMMITTEE = CELL.model_copy(update={"kind": OrganisationKind.COMMUNE})
HALF = {each: Share(2, 4) for each in Indicator}
MIXED = HALF | {Indicator.MET: Share(4, 4), Indicator.READ: Share(), Indicator.MISSING: Share(1, 50)}
LINES = lines(MIXED, TEXTS, HALF)
MISSED = Line(Indicator.ATTENDANCE, Share(3, 4), Target(0.9, 0.75), Share(1, 4))
REACHED = Line(Indicator.ATTENDANCE, Share(4, 4), Target(0.9, 0.75), Share(4, 4))

SCORES: dict[str, list[Values]] = {
    "picture": [{"organisation": CELL, "what": what} for what in ("score", "attendance", "progress", "grid")],
    "scorecard": [
        {"found": Overview(COMMITTEE, MONTH, LINES, [], 40, 3)},
        {"found": Overview(CELL, MONTH, lines(HALF, TEXTS), [], 1, 0)},
    ],
    "score_worst": [
        {"found": Worst(COMMITTEE, MONTH, MISSED, [(CELL, MISSED)])},
        {"found": Worst(COMMITTEE, MONTH, REACHED, [])},
    ],
    "score_digest": [
        {"news": News(COMMITTEE, MONTH, date(2025, 10, 1), [Missed(LINES[1], since)])}
        for since in (date(2025, 10, 1), date(2026, 1, 1), MONTH)
    ],
    "score_digest_when": [
        {"committee": COMMITTEE, "digest": CommitteeDigest(organisation_id=1, **more)}  # type: ignore[arg-type]
        for more in ({}, {"next_at": NOW}, {"next_at": NOW, "rhythm": DigestRhythm.WEEKLY, "day": 0})
    ],
    "score_push": [{"cell": CELL, "line": line, "month": MONTH} for line in LINES],
    "score_pushed": [
        {"cells": cells, "reached": 2, "indicator": indicator} for cells in (3, 0) for indicator in Indicator
    ],
}
