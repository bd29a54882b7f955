"""What the templates about the group of a cell are shown with; see `text_values`."""

from bot.actions.group_news import Numbers
from db.models import CellGroup, MeetingState
from tests.bot.text_values import CELL, NOW, OTHER, TYPED, Values
from tests.bot.text_values_meetings import MEETING, NOWHERE

LINKED = CellGroup(bot=1, chat=-5, cell_id=2, linked_by=1, since=NOW)
SOME, ALL = Numbers(coming=12, late=2, leave=3, silent=4), Numbers(coming=19, late=0, leave=0, silent=0)
STATES = [MEETING.model_copy(update={"state": state}) for state in MeetingState]

GROUPS: dict[str, list[Values]] = {
    "group_change": [{"meeting": meeting, "cell": CELL} for meeting in (*STATES, NOWHERE)],
    "group_declined": [{}],
    "group_ended": [{}],
    "group_goodbye": [{}],
    "group_linked": [{"cell": CELL}],
    "group_lost": [{"cell": CELL}],
    "group_meeting": [
        {"meeting": meeting, "cell": CELL, "count": count}
        for meeting in (*STATES, NOWHERE)
        for count in (SOME, ALL)
    ],
    "group_offer": [
        {"title": f"Chi bộ {TYPED}", "led": [CELL], "taken": []},
        {"title": "", "led": [CELL, OTHER], "taken": [CELL, OTHER]},
    ],
    "group_state": [{"cell": CELL, "group": group, "bot": "chibo_bot"} for group in (LINKED, None)],
    "group_uninvited": [{}],
    "group_welcome": [{"cell": CELL}],
}
