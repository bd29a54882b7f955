"""What the templates about membership lists are shown with; see `text_values`."""

from bot.actions.importing import Imported
from tests.bot.text_values import CELL, COMMITTEE, HOA, OTHER, TYPED, Values

IMPORTED = Imported(
    COMMITTEE.name, 82, added=80, new_cells=[CELL.name, OTHER.name], dropped_columns=("CCCD",)
)
CHECKED = Imported(COMMITTEE.name, 82, added=2, refused=2, alike=1, doubtful=1, new_cells=[CELL.name] * 30)
ONLY_ALIKE = Imported(COMMITTEE.name, 1, refused=1, alike=1)
LIST_ROWS = [(5, HOA.name, [f"Không rõ tình trạng «{TYPED}»."]), (6, "", ["Thiếu: Họ và tên."])]

LISTS: dict[str, list[Values]] = {
    "import_report": [
        {"done": IMPORTED, "dry": False},
        {"done": CHECKED, "dry": True},
        {"done": Imported(COMMITTEE.name, 0), "dry": True},
    ],
    "list_checked": [
        {"done": CHECKED, "dry": True, "rows": LIST_ROWS},
        {"done": ONLY_ALIKE, "dry": True, "rows": LIST_ROWS[:1]},
        {"done": Imported(COMMITTEE.name, 1, unchanged=1), "dry": True, "rows": []},
    ],
    "list_exported": [{"organisation": CELL, "count": 22}],
    "list_file_asked": [{"organisation": CELL}],
    "list_forgotten": [{}],
    "list_report": [{}],
    "list_taken": [{"done": IMPORTED, "dry": False, "rows": rows} for rows in (LIST_ROWS, [])],
    "list_template": [{}],
}
