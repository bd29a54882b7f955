"""What is sealed with the organisation's secret key, and what is derived from it.

`CHIBO_SECRET_KEY` is one key, or several separated by commas: the first seals, all of them open, so that a key
can be exchanged. Tokens are sealed with Fernet (AES-128-CBC with HMAC-SHA256, of the library `cryptography`). The
path and the secret of a webhook are derived (HMAC-SHA256), so every replica knows them and none is stored.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SHORTEST = 32
"""Characters a key has at least: `openssl rand -base64 32` gives 44."""
WEBHOOKS = "/telegram/"
"""What the paths of all webhooks begin with."""


class WrongKey(Exception):
    """What is to be opened was sealed with another key."""


class Keys:
    """The organisation's secret keys, the present one first. ValueError for a key that is too short."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < SHORTEST for key in keys):
            raise ValueError("a key is too short")
        self._present = keys[0].encode()
        self._fernet = MultiFernet([Fernet(_derived(key.encode(), "seal")) for key in keys])

    def seal(self, secret: str) -> str:
        """The secret as it may be stored."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed; WrongKey when none of the keys did it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise WrongKey from None

    def webhook_path(self, bot: int) -> str:
        """The path Telegram posts this bot's updates to; nobody else can know it."""
        return WEBHOOKS + _text(self._present, f"path of {bot}")

    def webhook_secret(self, bot: int) -> str:
        """What Telegram says with each of them: 43 of the characters Telegram allows."""
        return _text(self._present, f"secret of {bot}")


def _derived(key: bytes, purpose: str) -> bytes:
    digest = hmac.new(key, f"chibo {purpose}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest)


def _text(key: bytes, purpose: str) -> str:
    return _derived(key, purpose).decode().rstrip("=")
