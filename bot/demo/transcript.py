"""Who saw and said what, and when: kept as it happens, in the order it happened."""

from datetime import datetime
from typing import TextIO

from bot.config import ZONE
from bot.sandbox.objects import Call
from bot.sandbox.telegram import Telegram

HOW = {
    "editMessageText": " (sửa tin)",
    "editMessageReplyMarkup": " (sửa nút)",
    "deleteMessage": " (xóa tin)",
    "answerCallbackQuery": " (báo nhanh)",
}
"""What the bot did, where it was no new message."""


class Transcript:
    """Writes lines as people act, with what the bot did since before each of them. Times are local."""

    def __init__(self, telegram: Telegram, out: TextIO) -> None:
        self._telegram = telegram
        self._out = out
        self._read = 0

    def did(self, name: str, what: str) -> None:
        """Somebody wrote or tapped something, just now."""
        self.catch_up()
        self._write(self._telegram.now(), f"{name} ⇢ bot: ", what)

    def happened(self, what: str) -> None:
        """Something that is not said in any chat."""
        self.catch_up()
        self._write(self._telegram.now(), "· ", what)

    def catch_up(self) -> None:
        """Write down what the bot has done since the last time."""
        calls = self._telegram.log[self._read :]
        self._read += len(calls)
        for call in calls:
            if call.method != "answerCallbackQuery" or call.text:
                self._write(call.at, f"{self._name(call)} ⇠ bot{HOW.get(call.method, '')}: ", _seen(call))

    def _name(self, call: Call) -> str:
        person = self._telegram.people.get(call.chat)
        return person.name if person else str(call.chat)

    def _write(self, at: datetime, who: str, what: str) -> None:
        lines = what.splitlines() or [""]
        print(f"{at.astimezone(ZONE):%d/%m/%Y %H:%M}  {who}{lines[0]}", file=self._out)
        for line in lines[1:]:
            print(f"{'':18}{line}".rstrip(), file=self._out)


def _seen(call: Call) -> str:
    """A message as it was seen: its text, its document, its buttons."""
    rows = ["  ".join(f"[{text}]" for text in row) for row in call.buttons or []]
    document = f"📎 {call.document}" if call.document else None
    return "\n".join(filter(None, [call.text, document, *rows]))
