"""What the templates about writing study notices are shown with; see `text_values`."""

from db.notices import Counts
from tests.bot.text_values import CELL, COMMITTEE, NOW, TYPED, Values
from tests.bot.text_values_notices import CELLS, NOTICE, PART, QUESTION, TOTAL
from tests.bot.text_values_notices import HEADED as SPACED

HEADED = SPACED.model_copy(update={name: getattr(SPACED, name).strip() for name in ("title", "body")})

NARROW = HEADED.model_copy(
    update={
        "title": "Kế hoạch",
        "text": "",
        "returned": f"Sai số hiệu {TYPED}",
        "cell_kinds": ["Cơ quan", f"Thôn {TYPED}"],
        "roles": ["secretary", "deputy"],
        "statuses": ["official"],
        "repeats": True,
        "as_parts": True,
        "in_force_to": NOW.date(),
    }
)
PREVIEW = {
    "notice": NOTICE,
    "issuer": COMMITTEE,
    "audience": COMMITTEE,
    "files": [],
    "questions": 0,
    "parts": 1,
    "minutes": 0,
    "leaves_at": None,
    "approved": False,
    "morning": None,
    "total": TOTAL,
    "cells": CELLS,
    "count": 2,
}
TAKEN = {"name": "", "begins": f"Toàn văn {TYPED}", "length": 120}
DRAFTED = NOTICE.model_copy(update={"title": "", "text": ""})
OPTIONS = {"notice": NOTICE, "questions": [], "replaced": None}

DRAFTS: dict[str, list[Values]] = {
    "notice_drafts": [{"drafts": [NARROW, DRAFTED]}, {"drafts": []}],
    "notice_field_asked": [
        {"key": key, "notice": notice}
        for key in ("body", "number", "issued", "study_by", "question", "force", "leaves")
        for notice in (NOTICE, HEADED.model_copy(update={"body": f"Đảng ủy {TYPED}"}))
    ],
    "notice_filters": [
        {"notice": NOTICE, "audience": COMMITTEE, "total": TOTAL, "cells": CELLS, "count": 2},
        {"notice": NARROW, "audience": CELL, "total": Counts(), "cells": [], "count": 0},
    ],
    "notice_options": [OPTIONS, {"notice": NARROW, "questions": [QUESTION], "replaced": HEADED}],
    "notice_preview": [
        PREVIEW,
        PREVIEW | {"notice": HEADED, "files": [f"Kế hoạch {TYPED}.pdf"], "questions": 3, "minutes": 3},
        PREVIEW | {"notice": NARROW, "total": Counts(1), "minutes": 60, "leaves_at": NOW, "morning": NOW},
        PREVIEW | {"approved": True, "minutes": 67, "cells": [], "count": 0, "total": Counts()},
    ],
    "notice_replace_asked": [{"earlier": [NOTICE]}, {"earlier": []}],
    "notice_saved": [{"notice": NOTICE}],
    "notice_taken": [
        {"taken": [TAKEN, TAKEN | {"name": f"Kế hoạch {TYPED}.pdf"}], "length": 240},
        {"taken": [TAKEN | {"name": "a.pdf", "length": 0}], "length": 0},
        {"taken": [], "length": 0},
    ],
    "notice_text_asked": [{"issuer": COMMITTEE}],
    "notice_title_asked": [{"notice": NOTICE}, {"notice": HEADED}],
    "notice_trial": [{**PART, "number": 1, "count": 1, "shown": "notice_part.html.j2"}],
}
