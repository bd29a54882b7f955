"""What the templates about papers are shown with; see `text_values`."""

from datetime import date

from bot.actions.papers import Draft
from bot.actions.papers_templates import Used
from bot.rules.words import PaperKind, PaperSigner
from db.models import PaperSetting
from tests.bot.text_values import CELL, COMMITTEE, TODAY, TYPED, Values
from tests.bot.text_values_meetings import MEETING

USED = Used(CELL, PaperKind.MINUTES, b"", None)
SETTING = PaperSetting(organisation_id=2, term_began=date(2025, 1, 1), place=f"Séo Mý Tỷ {TYPED}")

PAPERS: dict[str, list[Values]] = {
    "paper_fields": [{"used": USED}],
    "paper_made": [
        {"draft": Draft(kind, CELL, TODAY, symbol, {}, b"", of), "names": names}
        for kind, symbol, of, names in (
            (PaperKind.MINUTES, "05-BB/CB", None, True),
            (PaperKind.RESOLUTION, f"05-NQ/{TYPED}", COMMITTEE, False),
            (PaperKind.YEAR, None, None, True),
        )
    ],
    "paper_menu": [
        {"cell": CELL, "setting": setting, "coming": coming, "last": last}
        for setting, coming, last in (
            (SETTING, MEETING, MEETING),
            (SETTING.model_copy(update={"signer": PaperSigner.DEPUTY, "tail": TYPED}), None, None),
        )
    ],
    "paper_model": [{"used": USED}, {"used": Used(CELL, PaperKind.YEAR, b"", COMMITTEE)}],
    "paper_model_asked": [{"used": USED}],
    "paper_model_file": [{"used": USED}],
    "paper_model_seen": [{"used": USED}],
    "paper_models": [
        {"organisation": COMMITTEE, "own": own} for own in (set(), {PaperKind.MINUTES, PaperKind.YEAR})
    ],
}
