"""What Telegram refuses, in Telegram's own words."""

from __future__ import annotations


class Refusal(Exception):
    """A call Telegram turns down: becomes `ok: false` with this status and description."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> Refusal:
    """The call itself is wrong (400)."""
    return Refusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """The bot may not do this in that chat (403)."""
    return Refusal(403, f"Forbidden: {reason}")


def conflict() -> Refusal:
    """Another process polls with the same token (409)."""
    reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
    return Refusal(409, f"Conflict: {reason}")


def webhook_is_set() -> Refusal:
    """The bot wants its updates posted, so none can be fetched (409)."""
    reason = (
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    return Refusal(409, f"Conflict: {reason}")


def webhook_was_set() -> Refusal:
    """What ends a poll that waits when a webhook is set (409)."""
    return Refusal(409, "Conflict: terminated by setWebhook request")


def moved(chat_id: int) -> Refusal:
    """The group is a supergroup now, with this id (400)."""
    reason = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, reason, migrate_to_chat_id=chat_id)


def too_many_requests(seconds: int) -> Refusal:
    """A limit was reached; the next try is welcome after `seconds` (429)."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def unauthorized() -> Refusal:
    """The token in the path belongs to no bot (401)."""
    return Refusal(401, "Unauthorized")


def not_found() -> Refusal:
    """No method of that name, or no file at that path (404)."""
    return Refusal(404, "Not Found")
