"""Every word in both languages: nothing missing, nothing broken, and nothing somebody typed is obeyed as markup."""

import ast
import hashlib
import re
import tomllib
from collections.abc import Iterator
from datetime import time
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
from jinja2 import meta

from bot.actions.calling import Called
from bot.actions.registration import CONSENT_VERSION
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
from bot.sandbox.markup import escape, parse, utf16_length
from bot.texts import LANGUAGES, PLAIN, TEMPLATES, Texts, environment, labels, split_kinds
from handlers import MENU, menu, person_forms, reminder_settings, roll_changes
from handlers.forms import FORMS
from handlers.meeting_changes import Length
from handlers.schedules import KINDS
from tests.bot.text_values import TYPED
from tests.bot.text_values import VALUES as OTHER_VALUES
from tests.bot.text_values_care import CARES
from tests.bot.text_values_drafts import DRAFTS
from tests.bot.text_values_evaluating import EVALUATING
from tests.bot.text_values_groups import GROUPS
from tests.bot.text_values_lists import LISTS
from tests.bot.text_values_meetings import MEETINGS
from tests.bot.text_values_notices import NOTICES
from tests.bot.text_values_papers import PAPERS
from tests.bot.text_values_people import PEOPLE
from tests.bot.text_values_preparing import PREPARING
from tests.bot.text_values_rolls import ROLLS
from tests.bot.text_values_scores import SCORES
from tests.bot.text_values_summaries import SUMMARIES
from tests.bot.text_values_tasks import TASKS
from tests.bot.text_values_trust import TRUST

TEXTS = Texts(ZONE)
VALUES = (
    OTHER_VALUES
    | MEETINGS
    | TASKS
    | NOTICES
    | DRAFTS
    | PEOPLE
    | LISTS
    | ROLLS
    | TRUST
    | GROUPS
    | CARES
    | PREPARING
    | PAPERS
    | EVALUATING
    | SUMMARIES
    | SCORES
)
ROOT = TEMPLATES.parent
WITHOUT_TYPED = {
    "list_forgotten",
    "list_report",
    "list_template",
    "calendar_file",
    *("alert_conflict", "alert_database_back", "alert_disk_full", "alert_queue_old"),
    *("behalf_asked", "cancelled", "consent_given", "consent_refused", "data_answered", "data_done"),
    *("data_erase_asked", "data_file", "data_gone", "data_sent", "data_withdraw_asked", "data_withdrawn"),
    *("group_declined", "group_ended", "group_goodbye", "group_uninvited", "help", "leave_reason_asked"),
    *("meeting_all_answered", "no_meetings", "not_understood", "notice_discarded", "notice_issuer_asked"),
    *("library_words_asked", "notice_pushed", "notice_report_file"),
    *("report_nothing", "report_summary", "sorry", "task_for_whom", "task_hint"),
    "chat_cut_off",
    "evidence_elsewhere",
    "task_pushed",
    "score_pushed",
    "check_in_qr",
    "care_which",
    *("reminders_wanted", "snoozed"),
    "plan_template",
    "paper_fields",
    "which_place",
    *("file_on_the_way", "my_attendance", "skip_filter", "skip_unclear"),
}
"""Templates that show nothing anybody typed."""

SAYING = {"say", "edit", "Say", "tell"}
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

each_template = pytest.mark.parametrize("name", sorted(VALUES))
each_language = pytest.mark.parametrize("language", LANGUAGES)


# ── both languages ─────────────────────────────────────────────────────────────────────────────────


def test_both_languages_have_the_same_templates() -> None:
    vi, en = ({path.name for path in (TEMPLATES / language).glob("*.j2")} for language in LANGUAGES)
    assert vi == en


def test_both_languages_have_the_same_labels() -> None:
    vi, en = (labels(language) for language in LANGUAGES)
    assert list(vi) == list(en)
    for section in vi:
        assert vi[section].keys() == en[section].keys(), section


def test_a_label_takes_the_same_values_in_both_languages() -> None:
    for section, keys in labels("vi").items():
        for key in keys:
            vi, en = (PLAIN.parse(labels(language)[section][key]) for language in LANGUAGES)
            assert meta.find_undeclared_variables(vi) == meta.find_undeclared_variables(en), (section, key)


def test_a_template_takes_the_same_values_in_both_languages() -> None:
    for name in TEXTS.names():
        vi, en = (_variables(language, f"{name}.html.j2") for language in LANGUAGES)
        assert vi == en, name


def test_what_people_agree_to_does_not_change_without_a_new_version() -> None:
    versions = tomllib.loads((TEMPLATES / "consents.toml").read_text(encoding="utf-8"))
    assert list(versions)[-1] == CONSENT_VERSION
    for language in LANGUAGES:
        wording = (TEMPLATES / language / "_consent.html.j2").read_bytes()
        assert versions[CONSENT_VERSION][language] == hashlib.sha256(wording).hexdigest()
        assert '{% include "_consent.html.j2" %}' in (
            TEMPLATES / language / "consent_asked.html.j2"
        ).read_text(encoding="utf-8")


def test_every_template_compiles() -> None:
    TEXTS.compile()


# ── what comes out ─────────────────────────────────────────────────────────────────────────────────


def test_every_template_has_a_row_of_values() -> None:
    assert sorted(VALUES) == [name for name in TEXTS.names() if not name.startswith("_")]


@each_language
@each_template
def test_a_text_is_one_telegram_takes(name: str, language: str) -> None:
    for plain in map(_plain, _rendered(name, language)):
        assert utf16_length(plain) <= 4096
        assert plain or name == "task_hint"


@each_language
@each_template
def test_a_text_is_tidy(name: str, language: str) -> None:
    for plain in map(_plain, _rendered(name, language)):
        assert plain == plain.strip()
        assert not re.search(r"\n\n\n|[^\S\n]$", plain, re.MULTILINE)
        assert not re.search(r"\S  +\S| [,.;:!?](\s|$)|,,|\.\.|\(\)|«»|\bNone\b|[{}]", plain)


@each_language
@each_template
def test_what_people_typed_is_shown_and_never_obeyed(name: str, language: str) -> None:
    shown = [escape(TYPED) in text for text in _rendered(name, language)]
    assert any(shown) is (name not in WITHOUT_TYPED)
    for text in _rendered(name, language):
        assert not re.search("<b>Lý|& Sùng|amp;(amp|lt)", text.replace(escape(TYPED), ""))


@each_template
def test_vietnamese_is_spelt_as_offices_spell_it(name: str) -> None:
    source = (TEMPLATES / "vi" / f"{name}.html.j2").read_text(encoding="utf-8")
    assert not re.search(r"[uU][ỷỵỳỹýỶỴ]\b(?<![qQ]..)|hàng tháng|traceback|exception", source)


# ── what the code asks for ─────────────────────────────────────────────────────────────────────────


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


@cache
def _rendered(name: str, language: str) -> list[str]:
    return [TEXTS.render(name, language, **values) for values in VALUES[name]]


def _plain(text: str) -> str:
    return parse(text)[0]


def _variables(language: str, name: str) -> set[str]:
    made = environment(ZONE, language)
    source = (TEMPLATES / language / name).read_text(encoding="utf-8")
    return meta.find_undeclared_variables(made.parse(source)) - set(made.globals)


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
