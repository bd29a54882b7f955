"""Buttons: what Telegram accepts as a reply_markup."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .errors import bad_request
from .objects import JSON
from .params import Params

MOST_BUTTONS = 100
MOST_BYTES_OF_DATA = 64
_OTHER_ACTIONS = {
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "pay",
}


def read_markup(params: Params) -> JSON | None:
    """The reply_markup of a call, checked; None where there is none or nothing in it."""
    markup = params.object("reply_markup", "reply keyboard markup")
    if "inline_keyboard" in markup:
        rows = _rows(
            markup["inline_keyboard"], _check_inline_button, "inline_keyboard", "InlineKeyboardButton"
        )
        return {"inline_keyboard": rows} if rows else None
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], _check_reply_button, "keyboard", "KeyboardButton")
        return {**markup, "keyboard": [[_as_object(button) for button in row] for row in rows]}
    return markup or None


def read_inline_markup(params: Params) -> JSON | None:
    """The reply_markup of an edit: only inline buttons are left to take effect."""
    markup = read_markup(params)
    return markup if markup and "inline_keyboard" in markup else None


def reply_keyboard(markup: JSON | None) -> list[list[JSON]] | None:
    """The rows of a reply keyboard, None where the markup brings none."""
    return None if markup is None else markup.get("keyboard")


def _rows(rows: Any, check: Any, field: str, kind: str) -> list[list[Any]]:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" of the reply markup must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            raise bad_request(f'field "{field}" of the reply markup must be an Array of Arrays')
        for button in row:
            check(button, kind)
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _check_inline_button(button: Any, kind: str) -> None:
    if not isinstance(button, dict):
        raise bad_request(f"{kind} must be an Object")
    if not isinstance(button.get("text"), str):
        raise _inline_complaint(
            'Can\'t find field "text"' if "text" not in button else 'Field "text" must be of type String'
        )
    data = button.get("callback_data")
    if data and len(str(data).encode()) > MOST_BYTES_OF_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if button.get("url"):
        _check_url(str(button["url"]))
    elif not data and not _OTHER_ACTIONS & set(button):
        raise _inline_complaint("Text buttons are unallowed in the inline keyboard")
    if not button["text"].strip():
        raise bad_request("REPLY_MARKUP_INVALID")


def _inline_complaint(what: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {what}")


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https", "tg"):
        reason = "Unsupported URL protocol"
    elif parts.scheme != "tg" and "." not in parts.netloc and not parts.netloc.startswith("localhost"):
        reason = "Wrong HTTP URL"
    else:
        return
    raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")


def _check_reply_button(button: Any, kind: str) -> None:
    text = button if isinstance(button, str) else button.get("text") if isinstance(button, dict) else None
    if not isinstance(text, str):
        raise bad_request(f"{kind} must be a String or an Object")


def _as_object(button: Any) -> JSON:
    return {"text": button} if isinstance(button, str) else button
