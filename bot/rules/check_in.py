"""Members mark themselves with what is shown in the room: four digits of the minute, or a link that lives longer.

- the digits are of the minute: shown for one, and taken for the next one too, as people type slowly
- the link of the QR picture is of ten minutes and taken for the next ten: a room passes one telephone around,
  and a picture that was forwarded is soon worth nothing
"""

import hmac
import re
from datetime import datetime, timedelta

from bot.rules.words import RollState

DIGITS = 4
CODE_LIVES = timedelta(minutes=1)
"""How long one code is shown; it is taken for as long again."""
LINK_LIVES = timedelta(minutes=10)
"""How long one link is the newest; it is taken for as long again."""
BEFORE = timedelta(minutes=30)
"""So long before the start one can check in."""
AFTER = timedelta(minutes=30)
"""So long after the planned end."""
ON_TIME = timedelta(minutes=10)
"""Who checks in so long after the start was there on time; later is late."""
LINK = re.compile(r"diemdanh_(\d{1,18})_([0-9a-f]{16})")
"""What a deep link carries: the meeting and the proof."""


def code(secret: str, at: datetime) -> str:
    """The four digits that are shown at a moment (aware)."""
    return _code(secret, _number(at, CODE_LIVES))


def code_until(at: datetime) -> datetime:
    """When other digits take the place of those shown at a moment."""
    return at + CODE_LIVES - timedelta(seconds=at.timestamp() % CODE_LIVES.total_seconds())


def fits(secret: str, typed: str, at: datetime) -> bool:
    """Whether typed digits are those of this minute or of the one before."""
    now = _number(at, CODE_LIVES)
    return any(hmac.compare_digest(_code(secret, number), typed) for number in (now, now - 1))


def link(secret: str, meeting_id: int, at: datetime) -> str:
    """What the link in the QR picture carries at a moment."""
    return f"diemdanh_{meeting_id}_{_proof(secret, _number(at, LINK_LIVES))}"


def link_until(at: datetime) -> datetime:
    """Up to when a link made at a moment is taken."""
    past = timedelta(seconds=at.timestamp() % LINK_LIVES.total_seconds())
    return at - past + 2 * LINK_LIVES


def link_fits(secret: str, proof: str, at: datetime) -> bool:
    """Whether a link's proof is the newest or the one before."""
    now = _number(at, LINK_LIVES)
    return any(hmac.compare_digest(_proof(secret, number), proof) for number in (now, now - 1))


def read_code(text: str) -> str | None:
    """The digits, where nothing else was typed (`4821`, `48 21`); they answer no other question."""
    said = re.sub(r"\s", "", text)
    return said if re.fullmatch(rf"[0-9]{{{DIGITS}}}", said) else None


def window(starts_at: datetime, minutes: int) -> tuple[datetime, datetime]:
    """From when to when one can check in to a meeting planned for so many minutes."""
    return starts_at - BEFORE, starts_at + timedelta(minutes=minutes) + AFTER


def state_at(starts_at: datetime, at: datetime) -> RollState:
    """What checking in at a moment puts on the roll."""
    return RollState.PRESENT if at <= starts_at + ON_TIME else RollState.LATE


def marked(before: RollState | None, checked_in: RollState) -> RollState:
    """The mark after checking in: who was marked as being there stays so, anybody else is there now."""
    return before if before in (RollState.PRESENT, RollState.LATE) else checked_in


def _number(at: datetime, lives: timedelta) -> int:
    return int(at.timestamp() // lives.total_seconds())


def _code(secret: str, number: int) -> str:
    return f"{int.from_bytes(_digest(secret, 'code', number)) % 10**DIGITS:0{DIGITS}d}"


def _proof(secret: str, number: int) -> str:
    return _digest(secret, "link", number).hex()[:16]


def _digest(secret: str, purpose: str, number: int) -> bytes:
    return hmac.digest(secret.encode(), f"{purpose}:{number}".encode(), "sha256")
