"""What the templates about our several bots are shown with; see `text_values`."""

from tests.bot.text_values import CELL, EVENING, HOA, NOW, Values

BOTS: dict[str, list[Values]] = {
    "alert_bot_refused": [
        {"username": "xa_ta_van_bot", "number": 7000000001, "refused": refused} for refused in (True, False)
    ],
    **{
        name: [{"since": NOW, "username": "chibo_bot"}]
        for name in ("alert_posting_died", "alert_webhook_refused")
    },
    "alert_posting_back": [{"since": NOW, "until": EVENING, "username": "chibo_bot"}],
    "bot_arrived": [{"member": HOA}],
    "bot_go_over_received": [{"username": "xa_ta_van_bot", "cell": CELL, "since": NOW.date()}],
    "bot_go_over": [{"username": "xa_ta_van_bot"}],
    "bot_other": [{"username": "xa_ta_van_bot"}],
}
