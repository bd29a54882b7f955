"""Questions at the terminal, in the language chosen first; a wrong answer is a sentence, and the question again."""

from collections.abc import Callable
from typing import Any, TypeVar

from rich.markup import escape

from bot.config import ZONE
from bot.errors import Refusal
from bot.rules.names import clean, fold
from bot.terminal import Stop, console, show
from bot.texts import Texts, label

T = TypeVar("T")
YES = {"c", "co", "y", "yes", "dong y"}
NO = {"", "k", "khong", "n", "no"}


class Unusable(Exception):
    """An answer cannot be used; the text says what to do."""


class Asking:
    """Asks, in one language. Ctrl-C or the end of the input goes up to the command."""

    def __init__(self, language: str) -> None:
        self.language = language

    def words(self, key: str, **values: Any) -> str:
        """A short piece by its key."""
        return label(key, self.language, **values)

    def screen(self, name: str, **values: Any) -> None:
        """Show a text of several lines, apart from what was before."""
        console.print()
        show(Texts(ZONE).render(name, self.language, **values))

    def done(self, sentence: str) -> None:
        """Say that something is in order."""
        console.print(f"[green]✓[/] {escape(sentence)}", highlight=False, soft_wrap=True)

    def wrong(self, sentence: str) -> None:
        """Say what is wrong and what to do."""
        console.print(f"[red]✗[/] {escape(sentence)}", highlight=False, soft_wrap=True)

    def refused(self, trouble: Exception) -> None:
        """Say why something was not done."""
        if isinstance(trouble, Refusal):
            self.wrong(self.words(f"refusals.{trouble.key}", **trouble.values))
        else:
            self.wrong(str(trouble))

    def ask(
        self,
        question: str,
        read: Callable[[str], T],
        *,
        given: str | None = None,
        usual: str = "",
        secret: bool = False,
    ) -> T:
        """The answer as `read` understands it: `given` is tried first, `usual` stands for an empty line.

        `read` raises Unusable or a Refusal for what cannot be used.
        """
        while True:
            typed = given if given is not None else self._line(question, usual, secret)
            given = None
            try:
                return read(clean(typed) or usual)
            except (Unusable, Refusal) as trouble:
                self.refused(trouble)

    def agrees(self, question: str) -> bool:
        """Yes or no; an empty line is a no."""
        return self.ask(f"{question} {self.words('setup.yes_no')}", self._yes)

    def _yes(self, typed: str) -> bool:
        if fold(typed) not in YES | NO:
            raise Unusable(self.words("setup.yes_or_no"))
        return fold(typed) in YES

    def _line(self, question: str, usual: str, secret: bool) -> str:
        shown = f"{question} [{usual}]" if usual else question
        hidden = secret and console.is_terminal
        console.print(f"[bold]{escape(shown)}[/]: ", end="", highlight=False, soft_wrap=True)
        return console.input(password=hidden)


def stopped(language: str) -> Stop:
    """What is said when somebody breaks off."""
    return Stop(label("setup.broken_off", language))
