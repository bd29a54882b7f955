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


def conflict(reason: str) -> Refusal:
    """Another process uses the same token (409)."""
    return Refusal(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> Refusal:
    """A limit was reached; the next try is welcome after `seconds` (429)."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def unauthorized() -> Refusal:
    """The token in the path belongs to no bot (401)."""
    return Refusal(401, "Unauthorized")


def not_found() -> Refusal:
    """No method of that name, or no file at that path (404)."""
    return Refusal(404, "Not Found")
