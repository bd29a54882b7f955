"""`chibo setup`, as somebody goes through it who starts from nothing: against a local Telegram over HTTP."""

import asyncio
import os
import re
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox.limits import Limits
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from bot.setup import asking
from tests.bot.conftest import Operator
from tests.conftest import TOKEN

STEPS = (
    ["vi"],
    ["c"],
    [TOKEN],
    [""],
    [""],
    ["Ban Thường vụ Đảng ủy xã Tả Van", "15-CV/ĐU", "20/10/2026"],
    ["", "Đảng bộ xã Tả Van", "Chi bộ thôn Séo Mý Tỷ", "Vàng Thị Lan"],
    ["ngày 3 hằng tháng, 19 giờ 30, nhà văn hóa thôn", "c"],
)
"""What is typed at each step, a question after the other."""
AGREEING, PERMITTED = 1, 6
"""Whoever comes back before the permission is recorded is asked once more whether to go on."""
PATIENCE = 180
KEPT = [
    ("SELECT given_by, number, given_on FROM committee_permission", (*STEPS[5][:2], "2026-10-20")),
    ("SELECT name FROM member", ("Vàng Thị Lan",)),
    ("SELECT name FROM role", ("secretary",)),
    ("SELECT rule, place FROM schedule", ("FREQ=MONTHLY;BYMONTHDAY=3", "nhà văn hóa thôn")),
]


def typed(steps: Sequence[Sequence[str]]) -> str:
    return "".join(f"{line}\n" for step in steps for line in step)


@pytest.fixture
def newcomer(migrated: Operator, sandbox: str) -> Operator:
    """Nothing is set but where Telegram is; that making the tables takes seconds is seen in one test only."""
    migrated.sets(telegram_api_url=sandbox)
    return migrated


def is_set_up(operator: Operator) -> None:
    """Everything stands, and nothing twice."""
    assert [operator.finds(query) for query, _ in KEPT] == [[row] for _, row in KEPT]
    assert operator.finds("SELECT code FROM organisation ORDER BY id") == [
        ("xa-ta-van",),
        ("thon-seo-my-ty",),
    ]
    lines = (operator.folder / ".env").read_text().splitlines()
    names = ("LANGUAGE", "BOT_TOKEN", "TIMEZONE", "DATABASE_URL", "SECRET_KEY")
    assert [line.partition("=")[0] for line in lines] == [f"CHIBO_{name}" for name in names]


# ── broken off and taken up again ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("done", range(len(STEPS)))
def test_broken_off_it_goes_on_where_it_was(newcomer: Operator, done: int) -> None:
    first = newcomer.types("setup", "--no-start", answer=typed([*STEPS[:done], STEPS[done][:-1]]))
    assert first.code == 1 and "Đã dừng; những gì đã trả lời được giữ nguyên." in first.text
    again = STEPS[AGREEING : AGREEING + 1] if AGREEING < done < PERMITTED else ()
    second = newcomer.types("setup", "--no-start", answer=typed([*again, *STEPS[done:]]))
    assert second.code == 0 and "Đã xong phần chuẩn bị." in second.text
    is_set_up(newcomer)


def test_ctrl_c_leaves_nothing_half_done(
    operator: Operator, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.sets(telegram_api_url=sandbox)

    def breaks_off(**options: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(asking.console, "input", breaks_off)
        said = operator.types("setup", "--language", "vi", "--understood")
    assert said.code == 1 and "Đã dừng" in said.text and not (operator.folder / "data").exists()
    assert operator.types("setup", "--no-start", answer=typed(STEPS[1:])).code == 0
    is_set_up(operator)


def test_what_is_done_is_not_asked_again(newcomer: Operator) -> None:
    newcomer.types("setup", "--no-start", answer=typed(STEPS))
    said = newcomer.types("setup", "--no-start")
    assert said.code == 0
    assert (
        "Đã ghi: Ban Thường vụ Đảng ủy xã Tả Van đồng ý bằng văn bản 15-CV/ĐU ngày 20/10/2026." in said.text
    )
    assert "Đã có 1 chi bộ." in said.text and "Đã có lịch sinh hoạt thường kỳ." in said.text
    is_set_up(newcomer)


def test_every_answer_can_be_given_with_the_command(newcomer: Operator) -> None:
    newcomer.sets(bot_token=TOKEN, timezone="Asia/Ho_Chi_Minh", language="en")
    newcomer.sets(database_url=f"sqlite+aiosqlite:///{newcomer.folder}/data/chibo.db", secret_key="k" * 32)
    paper = (
        "--permission-by",
        STEPS[5][0],
        "--permission-number",
        STEPS[5][1],
        "--permission-date",
        "2026-10-20",
    )
    names = ("--committee", STEPS[6][1], "--cell", STEPS[6][2], "--secretary", STEPS[6][3])
    said = newcomer.types("setup", "--understood", *paper, *names, "--schedule", STEPS[7][0], "--no-start")
    assert said.code == 0 and "Everything is prepared." in said.text
    assert [newcomer.finds(query) for query, _ in KEPT] == [[row] for _, row in KEPT]
    assert not (newcomer.folder / ".env").exists()


# ── wrong answers ──────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_answer_is_a_sentence_and_the_question_again(newcomer: Operator) -> None:
    folder = newcomer.folder
    bad = newcomer.has("bad.csv", "Mã đảng viên,Họ và tên,Chi bộ,Tình trạng\n,,Chi bộ A,\n")
    wrong = [
        (0, "fr", "Đồng chí gõ vi hoặc en."),
        (1, "có lẽ", "Đồng chí gõ c (có) hoặc k (không) giúp."),
        (2, "secret", "Chuỗi này không giống token."),
        (2, "2:another", "Telegram không nhận token này."),
        (3, "Hanoi", "Không có múi giờ này. Đồng chí gõ tên như Asia/Ho_Chi_Minh."),
        (
            4,
            "mysql://host/chibo",
            "Địa chỉ có dạng sqlite+aiosqlite:///data/chibo.db hoặc postgresql+psycopg://",
        ),
        (
            4,
            "postgresql+psycopg://chibo@127.0.0.1:1/chibo",
            "Chưa dùng được cơ sở dữ liệu này (OperationalError).",
        ),
        (5, "…", "Đồng chí gõ bằng chữ hoặc số, không quá 200 ký tự."),
        (6, f"{folder}/nowhere.xlsx", f"Không mở được tệp {folder}/nowhere.xlsx."),
        (6, str(folder), f"Không mở được tệp {folder}."),
        (6, newcomer.has("list.docx", "PK"), "Chibo đọc được tệp .xlsx và .csv, không đọc được .docx."),
        (6, newcomer.has("names.csv", "Họ và tên\nLan\n"), "Còn thiếu: Mã đảng viên"),
        (6, bad, "Chưa nhận được ai từ tệp này."),
        (7, "khi nào rảnh", "Chibo chưa hiểu lịch họp này."),
    ]
    steps = [[text for at, text, _ in wrong if at == number] + step for number, step in enumerate(STEPS)]
    steps[7][-1:] = ["k", *STEPS[7]]
    steps[5][3:3] = ["31/31/2026", "20/10/2999"]
    said = newcomer.types("setup", "--no-start", answer=typed(steps))
    assert said.code == 0, said.text
    for _, _, sentence in wrong:
        assert sentence in said.text
    assert "Đồng chí gõ ngày như 20/11/2026" in said.text and "Ngày của văn bản chưa tới." in said.text
    assert TOKEN not in said.text and "Traceback" not in said.text
    is_set_up(newcomer)


def test_a_dead_network_is_a_sentence_and_another_way_is_asked_for(
    operator: Operator, sandbox: str, nowhere: str
) -> None:
    operator.has(".env", f"CHIBO_RATE=20\nCHIBO_TELEGRAM_API_URL={nowhere}\n")
    ways = ["", "", "ftp://proxy", "", "telegram.org", sandbox]
    said = operator.types("setup", "--no-start", answer=typed([*STEPS[:3], ways, *STEPS[3:]]))
    assert said.code == 0, said.text
    assert said.text.count(f"Chưa tới được Telegram tại {nowhere}") == 2
    assert "Địa chỉ proxy bắt đầu bằng http://" in said.text and "Địa chỉ máy chủ bắt đầu bằng" in said.text
    kept = (operator.folder / ".env").read_text()
    assert kept.startswith("CHIBO_RATE=20\n") and f"CHIBO_TELEGRAM_API_URL='{sandbox}'" in kept
    assert stat.S_IMODE((operator.folder / ".env").stat().st_mode) == 0o600


def test_a_wrong_setting_of_the_environment_is_not_overwritten(newcomer: Operator) -> None:
    newcomer.sets(bot_token="2:another")
    said = newcomer.types("setup", answer=typed(STEPS))
    assert said.code == 1
    assert "CHIBO_BOT_TOKEN đang được đặt trong môi trường nên không ghi vào .env được." in said.text
    assert "CHIBO_BOT_TOKEN" not in (newcomer.folder / ".env").read_text()


def test_what_cannot_be_kept_is_a_sentence(newcomer: Operator) -> None:
    (newcomer.folder / ".env").mkdir()
    said = newcomer.types("setup", answer=typed(STEPS))
    assert said.code == 1 and "Không ghi được CHIBO_LANGUAGE vào tệp .env ở thư mục này" in said.text


def test_a_port_that_is_taken_is_a_sentence(newcomer: Operator) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        newcomer.sets(web=place)
        said = newcomer.types("setup", answer=typed(STEPS))
    assert said.code == 1 and f"✗ Máy chủ web không mở được ở {place}." in said.text


# ── lists ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_is_shown_before_it_is_taken(newcomer: Operator) -> None:
    file = newcomer.has("xa-ta-van.csv")
    people = ["mẫu", file, "k", file, "c"]
    said = newcomer.types("setup", "--no-start", answer=typed([*STEPS[:6], people, *STEPS[7:]]))
    assert said.code == 0, said.text
    assert (newcomer.folder / "mau-danh-sach.xlsx").read_bytes()[:2] == b"PK"
    assert said.text.count("chưa ghi gì. Sẽ thêm 2") == 2 and "thêm 2, thay đổi 0" in said.text
    assert newcomer.finds("SELECT name FROM member ORDER BY id") == [("Vàng Thị Lan",), ("Sùng Thị Hoa",)]


def test_of_several_cells_the_committee_sets_the_day(newcomer: Operator) -> None:
    rows = "1,Lan,Chi bộ A,Bí thư,Chính thức\n2,Hoa,Chi bộ B,Bí thư,Chính thức\n"
    file = newcomer.has("xa.csv", f"Mã đảng viên,Họ và tên,Chi bộ,Chức vụ,Tình trạng\n{rows}")
    said = newcomer.types("setup", "--file", file, "--no-start", answer=typed([*STEPS[:6], *STEPS[7:]]))
    assert said.code == 0, said.text
    assert newcomer.finds("SELECT rule FROM default_schedule") == [("FREQ=MONTHLY;BYMONTHDAY=3",)]
    assert newcomer.finds("SELECT role FROM invite ORDER BY id") == [("officer",), ("admin",)]


# ── the permission ─────────────────────────────────────────────────────────────────────────────────


def test_without_a_permission_check_and_import_say_so(settled: Operator) -> None:
    unsaid = "! No committee's permission to enter its members is recorded."
    file = settled.has("xa-ta-van.csv")
    assert unsaid in settled.types("check").text and unsaid in settled.types("org", "import", file).text
    assert settled.types("permission").code == 1
    paper = ("--by", "Đảng ủy xã [b]", "--number", "15-CV/ĐU")
    assert "Say all of --by" in settled.types("permission", *paper).text
    assert "✗" in settled.types("permission", *paper, "--date", "2999-01-01").text
    recorded = settled.types("permission", *paper, "--date", "20/10/2026")
    assert recorded.text == "✓ Permission recorded: Đảng ủy xã [b], 15-CV/ĐU, 20/10/2026.\n"
    assert settled.types("permission").text == recorded.text
    assert unsaid not in settled.types("check").text + settled.types("org", "import", file).text


# ── the first start ────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def setting_up(folder: Path, url: str, answers: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`chibo setup` in a process of its own, with all that is to be typed."""
    named = {name: value for name, value in os.environ.items() if not name.startswith("CHIBO_")}
    root = str(Path(__file__).parents[2])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "setup"),
        cwd=folder,
        env=named | {"PYTHONPATH": root, "CHIBO_TELEGRAM_API_URL": url},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdin is not None
    process.stdin.write(answers.encode())
    process.stdin.close()
    try:
        async with asyncio.timeout(PATIENCE):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def reads_until(process: asyncio.subprocess.Process, words: str) -> str:
    assert process.stdout is not None
    said = ""
    while words not in said:
        line = await process.stdout.readline()
        assert line, said
        said += line.decode()
    return said


async def rest(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = (await process.stdout.read()).decode()
    await process.wait()
    return said


async def test_it_ends_with_the_bot_answering(database_url: str, tmp_path: Path) -> None:
    telegram = Telegram(TOKEN, limits=Limits.unlimited())
    admin = telegram.add_person("Trần Kỹ Thuật")
    answers = typed([*STEPS[:4], [database_url], *STEPS[5:]])
    async with serve(telegram) as url:
        async with setting_up(tmp_path, url, answers) as process:
            said = await reads_until(process, "Chibo đang chạy và chờ")
            process.send_signal(signal.SIGINT)
            assert "Đã dừng" in (stopped := await rest(process)) and process.returncode == 1
        assert "Traceback" not in said + stopped
        async with setting_up(tmp_path, url, "") as process:
            said = await reads_until(process, "Chibo đang chạy và chờ")
            secretary, link = re.findall(r"\?start=([\w-]{22})\n", said)
            admin.opens(link)
            while not any(message.buttons for message in admin.messages):
                await asyncio.sleep(0.05)
            admin.taps("Tôi đồng ý")
            ended = await rest(process)
            assert "Bot đã trả lời đồng chí quản trị kỹ thuật." in ended and process.returncode == 0
        heard = len(admin.messages)
        async with setting_up(tmp_path, url, "") as process:
            assert "Xong: bot đã trả lời." in await rest(process) and process.returncode == 0
    assert secretary != link and heard >= 3 and len(admin.messages) == heard
    assert "Traceback" not in said + ended and TOKEN not in said + ended
