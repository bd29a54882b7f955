"""The parameters of one call, however they came: query, form, multipart or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .errors import bad_request
from .objects import Upload


class Params:
    """Reads each parameter as the kind it should be; what is missing or empty is None."""

    def __init__(self, method: str, values: Mapping[str, Any], files: Mapping[str, Any] | None) -> None:
        self.method = method
        self._values = values
        self._files = {name: Upload(*file) for name, file in (files or {}).items()}

    def text(self, name: str) -> str | None:
        """A text, None where it is missing."""
        value = self._values.get(name)
        if value is None:
            return None
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise bad_request("strings must be encoded in UTF-8") from error
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what is none counts as the default, as Telegram has it."""
        try:
            return int(self._values.get(name, default))
        except (TypeError, ValueError):
            return default

    def within(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number, pulled into the range."""
        return max(low, min(high, self.integer(name, default)))

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return str(self._values.get(name, "")).lower() in ("true", "yes", "1")

    def json(self, name: str, what: str = "") -> Any:
        """A JSON value, also where it came as a text; `what` names it in the complaint."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {what or name} JSON object") from error

    def object(self, name: str, what: str = "") -> dict[str, Any]:
        """An object, empty where it is missing."""
        value = self.json(name, what) or {}
        if not isinstance(value, dict):
            raise bad_request(f"object expected as {what or name}")
        return value

    def inside(self, name: str, what: str = "") -> Params:
        """An object, to be read in the same careful way."""
        return Params(self.method, self.object(name, what), None)

    def objects(self, name: str, what: str) -> list[dict[str, Any]]:
        """A list of objects, empty where it is missing; `what` is one of them."""
        value = self.json(name) or []
        if not isinstance(value, list):
            raise bad_request(f"expected an Array of {what}")
        if not all(isinstance(one, dict) for one in value):
            raise bad_request(f"expected {what} to be an Object")
        return value

    def upload(self, name: str) -> Upload | None:
        """The file sent as this parameter, directly or as `attach://other`."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self._files.get(value.removeprefix("attach://"))
        return self._files.get(name)
