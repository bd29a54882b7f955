"""Every word in both languages: nothing missing, nothing broken, and nothing somebody typed is obeyed as markup."""

import hashlib
import re
import tomllib
from functools import cache

import pytest
from jinja2 import meta

from bot.actions.registration import CONSENT_VERSION
from bot.config import ZONE
from bot.sandbox.markup import escape, parse, utf16_length
from bot.texts import LANGUAGES, PLAIN, TEMPLATES, Texts, environment, labels
from tests.bot.text_values import TYPED
from tests.bot.text_values import VALUES as OTHER_VALUES
from tests.bot.text_values_bots import BOTS
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
from tests.bot.text_values_setup import SETUP
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
    | BOTS
    | CARES
    | PREPARING
    | PAPERS
    | EVALUATING
    | SUMMARIES
    | SCORES
    | SETUP
)
WITHOUT_TYPED = {
    *("alert_bot_refused", "bot_go_over", "bot_other"),
    "list_forgotten",
    "list_report",
    "list_template",
    "calendar_file",
    *("alert_conflict", "alert_database_back", "alert_disk_full", "alert_queue_old"),
    *("alert_polling_died", "alert_polling_back", "alert_unreachable"),
    *("alert_posting_died", "alert_posting_back", "alert_webhook_refused"),
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
    *("setup_admin_link", "setup_done", "setup_leader_link", "setup_organisation", "setup_permission"),
    *("setup_reach", "setup_token"),
    "plan_template",
    "paper_fields",
    "which_place",
    *("file_on_the_way", "my_attendance", "skip_filter", "skip_unclear"),
}
"""Templates that show nothing anybody typed."""

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


@cache
def _rendered(name: str, language: str) -> list[str]:
    return [TEXTS.render(name, language, **values) for values in VALUES[name]]


def _plain(text: str) -> str:
    return parse(text)[0]


def _variables(language: str, name: str) -> set[str]:
    made = environment(ZONE, language)
    source = (TEMPLATES / language / name).read_text(encoding="utf-8")
    return meta.find_undeclared_variables(made.parse(source)) - set(made.globals)
