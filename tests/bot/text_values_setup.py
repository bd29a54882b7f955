"""What the screens of the guided first start are shown with; see `text_values`."""

from bot.rules.words import RoleName
from tests.bot.text_values import CELL, COMMITTEE, Values

SETUP: dict[str, list[Values]] = {
    "setup_admin_link": [{}],
    "setup_done": [{"answered": answered} for answered in (True, False)],
    "setup_leader_link": [
        {"role": RoleName.OFFICER, "member": False},
        {"role": None, "member": True},
    ],
    "setup_organisation": [{}],
    "setup_permission": [{}],
    "setup_reach": [{}],
    "setup_schedule": [{"place": place} for place in (COMMITTEE, CELL)],
    "setup_token": [{}],
}
