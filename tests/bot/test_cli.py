"""`chibo` as an operator types it: it says what is wrong and what to do, and never shows a traceback."""

import hashlib
import re

import pytest

from tests.bot.conftest import Operator
from tests.conftest import TOKEN

# ── check ──────────────────────────────────────────────────────────────────────────────────────────


def test_check_says_that_the_token_is_missing(migrated: Operator) -> None:
    said = migrated.types("check")
    assert said.code == 1
    assert (
        "✗ CHIBO_BOT_TOKEN is not set. It takes the token BotFather gave, such as 123456:ABC-DEF."
        in said.text
    )
    assert said.text.count("✓") == 3


def test_check_is_content_when_everything_is_in_order(settled: Operator) -> None:
    said = settled.types("check")
    assert (said.code, said.text.count("✓"), said.text.count("✗")) == (0, 4, 0)
    assert "Telegram answers: this is @" in said.text
    assert "! No process serves the bot now. Start it with `chibo run`." in said.text


def test_check_says_what_to_run_for_a_database_that_is_not_migrated(operator: Operator) -> None:
    assert (
        "✗ The database is reachable, but not up to date. Run `chibo migrate`."
        in operator.types("check").text
    )


def test_check_says_that_telegram_does_not_take_the_token(operator: Operator, sandbox: str) -> None:
    operator.sets(bot_token="2:another", telegram_api_url=sandbox)
    said = operator.types("check")
    assert said.code == 1
    assert "✗ Telegram does not accept CHIBO_BOT_TOKEN." in said.text


def test_check_says_where_telegram_does_not_answer(operator: Operator, nowhere: str) -> None:
    operator.sets(bot_token=TOKEN, telegram_api_url=nowhere)
    said = operator.types("check")
    assert f"✗ Telegram does not answer at {nowhere}" in said.text
    assert TOKEN not in said.text


@pytest.mark.parametrize(
    "url",
    ["postgresql+psycopg://chibo:secret@127.0.0.1:1/chibo", "postgresql+psycopg://chibo@host:port/chibo"],
)
def test_check_says_that_the_database_cannot_be_reached(operator: Operator, url: str) -> None:
    operator.sets(database_url=url)
    said = operator.types("check")
    assert said.code == 1
    assert re.search(r"✗ The database is not reachable \(\w+\)\. See CHIBO_DATABASE_URL\.", said.text)
    assert "secret" not in said.text


PACING = [
    ({}, None),
    ({"rate": "30", "chat_rate": "0.5", "group_rate": "10"}, None),
    ({"rate": "31"}, "! CHIBO_RATE is 31, and Telegram takes 30 a second from a bot that does not pay:"),
    ({"rate": "1000", "paid": "true"}, None),
    ({"paid": "true"}, "! CHIBO_PAID is set, but CHIBO_RATE is 30: set it up to 1000, or pay for nothing."),
]


@pytest.mark.parametrize(("given", "warning"), PACING)
def test_check_warns_of_limits_that_telegram_will_not_grant(
    settled: Operator, given: dict[str, str], warning: str | None
) -> None:
    settled.sets(**given)
    said = settled.types("check")
    assert said.code == 0
    assert said.text.count("! CHIBO_") == (warning is not None)
    assert warning is None or warning in said.text


# ── settings ───────────────────────────────────────────────────────────────────────────────────────

WRONG = [
    ("rate", "0", "a whole number of messages a second from 1 to 1000"),
    ("rate", "1001", "a whole number of messages a second from 1 to 1000"),
    ("rate", "thirty", "a whole number of messages a second from 1 to 1000"),
    ("chat_rate", "0", "messages a second to one chat, from 0.1 to 1000"),
    ("group_rate", "0.5", "a whole number of messages a minute to one group, from 1 to 60000"),
    ("paid", "perhaps", "true or false"),
    ("database_url", "mysql://host/chibo", "sqlite+aiosqlite:///data/chibo.db or postgresql+psycopg://"),
    ("database_url", "sqlite:///chibo.db", "sqlite+aiosqlite:///data/chibo.db or postgresql+psycopg://"),
    ("timezone", "Hanoi", "a name of the time zone database, such as Asia/Ho_Chi_Minh"),
    ("language", "fr", "vi or en"),
    ("mode", "pigeon", "polling"),
    ("bot_token", "secret", "the token BotFather gave, such as 123456:ABC-DEF"),
    ("telegram_api_url", "telegram.org", "the address of a Bot API server, such as http://127.0.0.1:8081"),
    ("telegram_proxy", "ftp://proxy", "http://…, https://… or socks5://…"),
]


@pytest.mark.parametrize("command", [["check"], ["migrate"], ["run"]])
@pytest.mark.parametrize(("name", "value", "accepted"), WRONG)
def test_a_wrong_setting_is_named_with_what_is_accepted(
    operator: Operator, command: list[str], name: str, value: str, accepted: str
) -> None:
    operator.sets(**{name: value})
    said = operator.types(*command)
    assert said.code == 1
    assert f"✗ CHIBO_{name.upper()} cannot be used. It takes {accepted}" in said.text
    assert "secret" not in said.text


def test_a_setting_in_a_file_is_checked_as_well(operator: Operator) -> None:
    operator.has(".env", "CHIBO_RATE=fast\n")
    assert "CHIBO_RATE cannot be used" in operator.types("migrate").text


# ── migrate and import ─────────────────────────────────────────────────────────────────────────────


def test_a_list_is_imported_and_reported_row_by_row(operator: Operator) -> None:
    assert "✓ The database is up to date." in operator.types("migrate").text
    said = operator.types("org", "import", operator.has("xa-ta-van.csv"))
    assert said.code == 0
    assert "xa-ta-van: đọc 3 dòng; thêm 2, thay đổi 0, giữ nguyên 0, chưa nhận 1." in said.text
    assert "Chi bộ mới: Chi bộ thôn A & B." in said.text
    assert "Các cột không lưu: Số CCCD." in said.text
    assert re.search(r"4 +│ chưa nhận │ .*\n.*Không có chi bộ «Chi bộ \[/red\] thôn C», ", said.text)


def test_the_same_list_again_is_reported_as_unchanged(settled: Operator) -> None:
    said = settled.types("org", "import", settled.has("xa-ta-van.csv"))
    assert "thêm 0, thay đổi 0, giữ nguyên 2, chưa nhận 1." in said.text


def test_the_report_speaks_the_language_that_is_set(migrated: Operator) -> None:
    migrated.sets(language="en")
    said = migrated.types("org", "import", migrated.has("xa-ta-van.csv"))
    assert "xa-ta-van: 3 rows read; 2 added, 0 changed, 0 as before, 1 not taken." in said.text
    assert re.search(r"4 +│ not taken │ .*\n.*There is no cell “Chi bộ \[/red\] thôn C”, ", said.text)


def test_a_dry_run_shows_every_row_and_takes_none(migrated: Operator) -> None:
    report = migrated.folder / "report.xlsx"
    said = migrated.types(
        "org", "import", migrated.has("xa-ta-van.csv"), "--dry-run", "--report", str(report)
    )
    assert "kiểm tra 3 dòng, chưa ghi gì. Sẽ thêm 2" in said.text
    assert len(re.findall("│ thêm ", said.text)) == 2 and report.read_bytes()[:2] == b"PK"
    assert "Chi bộ" not in migrated.types("org", "list").text


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_list_that_is_written_is_read_again(settled: Operator, suffix: str) -> None:
    path = str(settled.folder / f"out.{suffix}")
    assert "Đã ghi 2 người" in settled.types("org", "export", "--org", "xa-ta-van", path).text
    assert "thêm 0, thay đổi 0, giữ nguyên 2, chưa nhận 0." in settled.types("org", "import", path).text
    assert "Đã ghi mau" in settled.types("org", "template", str(settled.folder / f"mau.{suffix}")).text
    assert settled.types("org", "template", path + ".pdf").code == 1


def test_nothing_is_imported_before_the_database_is_there(operator: Operator) -> None:
    said = operator.types("org", "import", operator.has("xa-ta-van.csv"))
    assert (said.code, said.text) == (1, "✗ The database is not up to date. Run `chibo migrate` first.\n")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("list.docx", "PK", "Chibo đọc được tệp .xlsx và .csv, không đọc được .docx."),
        ("list.csv", "", "Tệp không có người nào."),
        ("list.csv", "Họ và tên,Chi bộ\nLan,A\n", "Còn thiếu: Mã đảng viên, Tình trạng."),
        ("list.xlsx", "PK\x03\x04 cut", "Tệp bị hỏng hoặc không phải bảng danh sách."),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(
    migrated: Operator, name: str, text: str, sentence: str
) -> None:
    said = migrated.types("org", "import", migrated.has(name, text))
    assert said.code == 1
    assert said.text.startswith("✗") and sentence in said.text


def test_a_database_that_cannot_be_used_is_a_sentence(operator: Operator) -> None:
    operator.has("data", "a file where the folder should be")
    said = operator.types("migrate")
    assert said.code == 1
    assert re.fullmatch(r"✗ The database cannot be used \(\w+\)\. Run `chibo check`\.\n", said.text)


def test_organisations_are_listed_with_the_codes_to_type(settled: Operator) -> None:
    said = settled.types("org", "list")
    assert re.search(r"thon-a-b +│ Chi bộ thôn A & B +│ 2", said.text)
    assert "xa-ta-van" in said.text


# ── invite ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "whom",
    [
        ["--cell", "thon-a-b"],
        ["--member", "02"],
        ["--role", "officer", "--org", "xa-ta-van"],
        ["--admin"],
    ],
)
def test_an_invitation_is_a_link_and_a_qr_code(settled: Operator, whom: list[str]) -> None:
    said = settled.types("invite", *whom)
    link = re.match(r"https://t\.me/\w+\?start=([\w-]{22})\n", said.text)
    assert said.code == 0 and link
    assert set(said.text[link.end() :]) >= {"█", "▀", "▄"}
    assert settled.finds("SELECT token_sha256 FROM invite") == [
        (hashlib.sha256(link[1].encode()).hexdigest(),)
    ]


@pytest.mark.parametrize(
    ("whom", "sentence"),
    [
        (
            ["--cell", "thon-c"],
            "No organisation has the code “thon-c”. `chibo org list` shows the codes there are.",
        ),
        (["--role", "officer", "--org", "[/]"], "No organisation has the code “[/]”."),
        (["--member", "[/]"], "No member has the code [/]. The codes are those of the list you imported."),
        ([], "Say one of --cell CODE, --member CODE, --role ROLE --org CODE, --admin."),
        (["--admin", "--cell", "thon-a-b"], "Say one of --cell CODE,"),
        (
            ["--role", "king", "--org", "xa-ta-van"],
            "--role takes one of secretary, deputy, follower, officer,",
        ),
        (["--role", "officer"], "and --org the code of an organisation."),
    ],
)
def test_an_invitation_for_nobody_is_refused_in_one_sentence(
    settled: Operator, whom: list[str], sentence: str
) -> None:
    said = settled.types("invite", *whom)
    assert (said.code, said.text.count("\n")) == (1, 1)
    assert said.text.startswith("✗") and sentence in said.text
    assert settled.finds("SELECT * FROM invite") == []


def test_without_telegram_no_invitation_is_stored(settled: Operator, nowhere: str) -> None:
    settled.sets(telegram_api_url=nowhere)
    said = settled.types("invite", "--cell", "thon-a-b")
    assert said.code == 1
    assert said.text.startswith(f"✗ Telegram does not answer at {nowhere}")
    assert settled.finds("SELECT * FROM invite") == []


def test_without_a_token_no_invitation_is_stored(settled: Operator) -> None:
    settled.sets(bot_token="")
    assert "CHIBO_BOT_TOKEN is not set" in settled.types("invite", "--cell", "thon-a-b").text
    assert settled.finds("SELECT * FROM invite") == []


# ── run ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_bot_does_not_run_without_a_token(operator: Operator) -> None:
    said = operator.types("run")
    assert said.code == 1
    assert said.text.startswith("✗ CHIBO_BOT_TOKEN is not set. It takes the token BotFather gave")


def test_the_bot_does_not_run_on_a_database_that_is_not_migrated(operator: Operator) -> None:
    operator.sets(bot_token=TOKEN)
    said = operator.starts("run")
    assert (said.code, said.text) == (1, "✗ The database is not up to date. Run `chibo migrate` first.\n")


def test_the_bot_does_not_run_with_a_token_that_telegram_refuses(settled: Operator) -> None:
    settled.sets(bot_token="2:another")
    said = settled.starts("run")
    assert said.code == 1
    assert "✗ Telegram does not accept CHIBO_BOT_TOKEN. Ask BotFather for the token" in said.text
    assert "Traceback" not in said.text and "2:another" not in said.text
