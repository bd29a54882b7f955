"""Every word a person reads comes through here, from `templates/`.

A template is named `<feature>_<event>`; short pieces (buttons, states, refusals) live in `labels.toml`.
Text is Telegram's HTML: everything put into a template is escaped by Jinja2 unless it is a template's own.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.days_off import NOTHING_ORDERED, OrderedDays
from bot.retention import DAYS, Retention
from bot.targets import Targets, usual

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
LANGUAGES = ("vi", "en")
WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MOST_KINDS = 12
LONGEST_KIND = 60
PLAIN = Environment(undefined=StrictUndefined, autoescape=False)  # buttons and toasts are no HTML


class Texts:
    """The voice: renders templates and labels in one time zone. `ordered`: days off and worked by order there.

    `documents_in_chat`: whether documents of meetings may be sent through the chat. `kinds`: those of tasks,
    `cell_kinds`: those of cells. `evaluations`: what the four evaluations of a task are called, best first, where
    not as the labels say.
    `targets`: what the scorecard's numbers are held against. `approve_above`: for more recipients than this a study
    notice needs an approver. `retention`: the days each kind of data is kept.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        ordered: OrderedDays = NOTHING_ORDERED,
        *,
        documents_in_chat: bool = True,
        kinds: Sequence[str] = (),
        cell_kinds: Sequence[str] = (),
        evaluations: tuple[str, ...] = (),
        targets: Targets | None = None,
        approve_above: int = 200,
        retention: Retention = DAYS,
    ) -> None:
        self.zone, self.ordered, self.documents_in_chat = zone, ordered, documents_in_chat
        self.kinds = tuple(kinds) or split_kinds(label("tasks.kinds", LANGUAGES[0]))
        self.cell_kinds = tuple(cell_kinds) or split_kinds(label("orgs.sorts", LANGUAGES[0]))
        self.evaluations = evaluations
        self.targets = targets or usual()
        self.approve_above, self.retention = approve_above, retention

    def render(self, name: str, language: str, **values: Any) -> str:
        """The text of template `name`, ready for Telegram: no trailing spaces, no runs of empty lines."""
        template = environment(self.zone, language, self.evaluations).get_template(f"{name}.html.j2")
        return _tidy(template.render(**values))

    def label(self, key: str, language: str, **values: Any) -> str:
        """A short piece by dotted key (`buttons.coming`), filled like a template; KeyError when unknown."""
        return label(key, language, **values)

    def evaluated(self, evaluation: str, language: str) -> str:
        """What an evaluation of a task is called."""
        return _evaluated(evaluation, language, self.evaluations)

    def percent(self, rate: float | None, language: str) -> str:
        """A share between 0 and 1 in words: `87,5 %`; a dash where there is none."""
        return _percent(rate, language)

    def names(self) -> list[str]:
        """Names of all templates, for `chibo check` and the tests."""
        return sorted(p.name.removesuffix(".html.j2") for p in (TEMPLATES / "vi").glob("*.html.j2"))

    def compile(self) -> None:
        """Compile every template of every language; raises Jinja2's error of the first that is wrong."""
        for language in LANGUAGES:
            for name in self.names():
                environment(self.zone, language, self.evaluations).get_template(f"{name}.html.j2")

    def local(self, moment: datetime) -> datetime:
        """The moment in the organisation's time zone."""
        return moment.astimezone(self.zone)

    def day_of(self, moment: datetime) -> date:
        """The organisation's local date at a moment."""
        return self.local(moment).date()


def split_kinds(text: str) -> tuple[str, ...]:
    """Kinds of tasks or cells separated by semicolons; ValueError for too many, or one that is too long."""
    kinds = tuple(dict.fromkeys(kind for part in text.split(";") if (kind := " ".join(part.split()))))
    if len(kinds) > MOST_KINDS:
        raise ValueError(f"more than {MOST_KINDS} kinds")
    if long := next((kind for kind in kinds if len(kind) > LONGEST_KIND), None):
        raise ValueError(f"too long: «{long}»")
    return kinds


@cache
def environment(zone: ZoneInfo, language: str, evaluations: tuple[str, ...] = ()) -> Environment:
    """Jinja2 for one language, with moments shown in one time zone; its compiled templates are kept.

    `evaluations`: what the evaluations of a task are called, where not as the labels say.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES / language),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": lambda at: at.astimezone(zone).strftime("%d/%m/%Y"),
        "date": lambda day: day.strftime("%d/%m/%Y"),
        "weekday": lambda at: WEEKDAYS[language][at.astimezone(zone).weekday()],
        "clock": lambda at: _clock(at.astimezone(zone), language),
        "label": lambda key, group: labels(language)[group][str(key)],
        "evaluated": lambda evaluation: _evaluated(evaluation, language, evaluations),
        "percent": lambda rate: _percent(rate, language),
    }
    made.globals |= {"label": lambda key, **values: label(key, language, **values)}
    return made


def label(key: str, language: str, **values: Any) -> str:
    """A short piece by dotted key (`buttons.coming`), filled like a template; KeyError when unknown."""
    found: Any = labels(language)
    for part in key.split("."):
        found = found[part]
    return _piece(str(found)).render(**values) if values else str(found)


@cache
def _piece(words: str) -> Template:
    return PLAIN.from_string(words)


@cache
def labels(language: str) -> Mapping[str, Any]:
    """The short pieces of a language."""
    with (TEMPLATES / language / "labels.toml").open("rb") as file:
        return tomllib.load(file)


def _evaluated(evaluation: str, language: str, called: tuple[str, ...]) -> str:
    known: Mapping[str, str] = labels(language)["evaluated"]
    return called[list(known).index(evaluation)] if called else known[evaluation]


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


def _clock(at: datetime, language: str) -> str:
    if language == "en":
        return at.strftime("%H:%M")
    return f"{at.hour} giờ {at.minute:02d}" if at.minute else f"{at.hour} giờ"


def _percent(rate: float | None, language: str) -> str:
    """0.875 → 87,5 % (in English 87.5%); a whole number without decimals."""
    if rate is None:
        return "–"
    number = f"{rate * 100:.1f}".removesuffix(".0")
    return f"{number}%" if language == "en" else f"{number.replace('.', ',')} %"
