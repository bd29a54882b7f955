"""Every word the code asks for is there, in both languages, and every word there is asked for."""

import ast
import re
from collections.abc import Iterator
from datetime import time
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from bot.actions.calling import Called
from bot.config import ZONE
from bot.errors import Refusal
from bot.reports import notice_report
from bot.rules import scorecard, task_sheet
from bot.rules import words as vocabulary
from bot.rules.caring import Following
from bot.rules.digests import DigestReaders
from bot.rules.notice_library import Force
from bot.rules.notice_reading import Later
from bot.rules.recurrence import describe
from bot.rules.roster_header import WIDTHS, column_of
from bot.rules.roster_plan import Outcome
from bot.rules.roster_rows import SAMPLE
from bot.rules.roster_words import role_of, status_of
from bot.rules.skipping import Marks
from bot.rules.task_plan import Unclear
from bot.rules.task_words import read_rhythm
from bot.texts import LANGUAGES, TEMPLATES, Texts, labels, split_kinds
from handlers import MENU, menu, person_forms, reminder_settings, roll_changes
from handlers.forms import FORMS
from handlers.meeting_changes import Length
from handlers.schedules import KINDS

TEXTS = Texts(ZONE)
ROOT = TEMPLATES.parent
SAYING = {"say", "edit", "Say", "tell", "screen"}
"""Calls whose first text is the name of a template."""
HELPERS = {
    ("bot/reports/task_year.py", "heading"): ("task_year", 0),
    ("handlers/notices.py", "_titled"): ("notices", 1),
    ("handlers/organisations.py", "form"): ("orgs", 0),
    ("handlers/people.py", "form"): ("person", 0),
    ("bot/rules/roster.py", "_report"): ("roster", 1),
    ("bot/rules/roster.py", "Problem"): ("roster", 1),
    ("bot/rules/roster_rows.py", "Problem"): ("roster", 1),
    ("bot/actions/import_plan.py", "Problem"): ("roster", 1),
    ("bot/actions/import_known.py", "Problem"): ("roster", 1),
    ("bot/rules/roster.py", "RosterUnreadable"): ("roster", 0),
    ("bot/roster.py", "RosterUnreadable"): ("roster", 0),
}
"""Calls of one file that take a key of one section of the labels, and at which place."""
VOCABULARY: dict[str, type[StrEnum]] = {
    "lengths": Length,
    "called": Called,
    "evaluated": vocabulary.Evaluated,
    "task_changes": vocabulary.TaskVerb,
    "answers": vocabulary.Answer,
    "force": Force,
    "notice_times": Later,
    "answered": vocabulary.Answer,
    "reasons": vocabulary.LeaveReason,
    "roll": vocabulary.RollState,
    "kinds": vocabulary.MeetingKind,
    "shifts": vocabulary.Shift,
    "not_held_because": roll_changes.Why,
    "statuses": vocabulary.Status,
    "roles": vocabulary.RoleName,
    "leave": vocabulary.LeaveDecision,
    "data_kinds": vocabulary.DataRequestKind,
    "memberships": vocabulary.MembershipKind,
    "audit": vocabulary.AuditVerb,
    "transfers": vocabulary.TransferKind,
    "organisation_kinds": vocabulary.OrganisationKind,
    "attending": person_forms.Attending,
    "yesno": person_forms.Yes,
    "relink": person_forms.Which,
    "following": Following,
    "skip_marks": Marks,
    "letters": vocabulary.RollState,
    "outcomes": Outcome,
    "rhythms": vocabulary.Rhythm,
    "plan_problems": Unclear,
    "profiles": vocabulary.ReminderProfile,
    **dict.fromkeys(("paper_kinds", "paper_files", "paper_buttons"), vocabulary.PaperKind),
    "paper_signers": vocabulary.PaperSigner,
    **dict.fromkeys(("indicators", "score_asks"), scorecard.Indicator),
    **dict.fromkeys(("reached", "reached_words"), scorecard.Reached),
    "roll_signs": vocabulary.RollState,
    "digest_readers": DigestReaders,
    "trends": scorecard.Trend,
    "prepare_days": reminder_settings.PrepareDays,
    "answer_hours": reminder_settings.AnswerHours,
}
"""Sections that have a word for each choice of the shared vocabulary."""

OF_COLUMNS = {
    **dict.fromkeys(("list_columns", "list_hints", "list_sample"), WIDTHS),
    **dict.fromkeys(("plan_columns", "plan_hints", "plan_sample"), task_sheet.WIDTHS),
    "notice_sheet": (*notice_report.COLUMNS, "sheet", "title", "source", "place", "study_by", "day", "total"),
}
"""Sections that have a word for each column of a list of members, a plan of tasks, a report."""

each_language = pytest.mark.parametrize("language", LANGUAGES)


def test_every_label_the_code_asks_for_is_there_and_every_label_is_asked_for() -> None:
    asked = {key for path in _sources() for key in _label_keys(path)}
    known = {f"{section}.{key}" for section, keys in labels("vi").items() for key in keys}
    assert asked - known == set()
    chosen = {"refusals", "menu", "commands", "rules", "schedule", "data", "forms", "going", "calls"}
    chosen |= {"sheets", "skip", "skip_asked", "spans", "summaries"}
    by_choice = {*chosen, *OF_COLUMNS, *VOCABULARY}
    assert {key for key in known - asked if key.split(".")[0] not in by_choice} == set()


def test_every_question_of_a_form_has_words() -> None:
    asked = {f"{form.asks or form.name}_{field.key}" for form in FORMS.values() for field in form.fields}
    asked |= {f"{form.asks or form.name}_sure" for form in FORMS.values() if form.confirms}
    assert asked == set(labels("vi")["forms"])
    assert set(labels("vi")["going"]) <= FORMS.keys()


def test_every_refusal_has_words() -> None:
    asked = {key for path in _sources() for key in _refusal_keys(path)} | {"not_allowed", "not_found"}
    assert asked == set(labels("vi")["refusals"])


@pytest.mark.parametrize("section", VOCABULARY)
def test_every_choice_of_the_vocabulary_has_a_word(section: str) -> None:
    assert set(VOCABULARY[section]) == set(labels("vi")[section])


@pytest.mark.parametrize("section", OF_COLUMNS)
def test_every_column_of_a_list_has_a_heading_an_explanation_and_a_sample(section: str) -> None:
    assert set(labels("vi")[section]) == set(OF_COLUMNS[section])


@each_language
def test_the_headings_and_words_we_write_are_those_we_read(language: str) -> None:
    assert all(column_of(heading) == column for column, heading in labels(language)["list_columns"].items())
    assert all(status_of(words) == status for status, words in labels(language)["statuses"].items())
    assert all(role_of(labels(language)["roles"][role]) == role for role in ("secretary", "deputy"))
    assert labels(language)["list_sample"]["code"] == SAMPLE
    plan = labels(language)
    assert all(task_sheet.column_of(words) == column for column, words in plan["plan_columns"].items())
    assert all(read_rhythm(words) == rhythm for rhythm, words in plan["rhythms"].items())
    assert split_kinds(plan["tasks"]["kinds"])


def test_every_menu_button_command_and_schedule_has_a_word() -> None:
    assert set(MENU) == set(labels("vi")["menu"])
    assert set(menu.COMMANDS) == set(labels("vi")["commands"])
    assert set(KINDS) <= set(labels("vi")["schedule"])


@pytest.mark.parametrize(
    "rule", ["BYMONTHDAY=3", "BYMONTHDAY=31", *(f"BYDAY={nth}SA" for nth in (1, 2, 3, 4, 5, -1)), "BYDAY=SA"]
)
@each_language
def test_every_schedule_can_be_said_back(rule: str, language: str) -> None:
    key, values = describe(f"FREQ=MONTHLY;{rule}", time(19, 30))
    said = TEXTS.label(f"rules.{key}", language, **values)
    assert said == said.strip() and not re.search(r"[{}%]|-1|\d\d", said)


def test_every_template_the_code_names_is_there_and_every_template_is_named() -> None:
    named = {name for path in _sources() for name in _template_names(path)}
    assert named - set(TEXTS.names()) == set()
    told = {text for path in _sources() for text in _texts(_tree(path))}
    included = {name for language in LANGUAGES for path in _templates(language) for name in _included(path)}
    assert set(TEXTS.names()) - told - included == set()


def _templates(language: str) -> Iterator[Path]:
    return (TEMPLATES / language).glob("*.j2")


def _included(path: Path) -> list[str]:
    return re.findall(r'(?:include|from) "(\w+)\.html\.j2"', path.read_text(encoding="utf-8"))


@cache
def _sources() -> list[Path]:
    rooms = ("bot", "handlers", "scheduler", "db")
    found = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return [path for path in found if "sandbox" not in path.parts]


@cache
def _tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def _texts(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


def _label_keys(path: Path) -> Iterator[str]:
    """Keys written out: dotted ones anywhere, and those given to a call that belongs to one section."""
    sections = "|".join(labels("vi"))
    yield from (
        text
        for text in _texts(_tree(path))
        if re.fullmatch(rf"(?:{sections})\.(?!xlsx$|csv$|toml$)[a-z_]+", text)
    )
    where = str(path.relative_to(ROOT))
    for name, call in _calls(path):
        section, place = ("toasts", 0) if name == "toast" else HELPERS.get((where, name), ("", 0))
        if section:
            yield from (f"{section}.{text}" for arg in call.args[place : place + 1] for text in _texts(arg))


def _refusal_keys(path: Path) -> Iterator[str]:
    refusals = {"Refusal", *(kind.__name__ for kind in Refusal.__subclasses__())}
    for name, call in _calls(path):
        if name in refusals:
            yield from (text for arg in call.args[:1] for text in _texts(arg))


def _template_names(path: Path) -> Iterator[str]:
    for name, call in _calls(path):
        first = call.args[0] if call.args else None
        if name in SAYING and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
