"""What an installation is made of: the image, the compose file, the units, and the packages away from the sources."""

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.cli import app

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "scheduler", "db", "templates")
UNITS = sorted((ROOT / "docs").glob("chibo*.service")) + sorted((ROOT / "docs").glob("chibo*.timer"))
COMMANDS = set(getattr(typer.main.get_command(app), "commands", {}))
KEYS = {
    "Unit": "Description Documentation Wants After StartLimitIntervalSec StartLimitBurst",
    "Service": "Type User Group StateDirectory StateDirectoryMode WorkingDirectory UMask Environment ExecStartPre "
    "ExecStart ExecStartPost Restart RestartSec TimeoutStartSec TimeoutStopSec KillMode NoNewPrivileges "
    "CapabilityBoundingSet ProtectSystem ProtectHome PrivateTmp PrivateDevices ProtectKernelTunables "
    "ProtectKernelModules ProtectKernelLogs ProtectControlGroups ProtectClock ProtectHostname ProtectProc "
    "RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality RemoveIPC "
    "SystemCallArchitectures SystemCallFilter",
    "Timer": "OnCalendar RandomizedDelaySec Persistent",
    "Install": "WantedBy",
}
"""What systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5) and systemd.timer(5) document."""


# ── the image ──────────────────────────────────────────────────────────────────────────────────────


def test_the_image_copies_what_is_there_and_all_our_packages() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [
        word
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]
    assert all((ROOT / path).exists() for path in copied)
    assert {f"{name}/" for name in PACKAGES} <= set(copied)
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    assert {path.rstrip("/") for path in copied} == let_through


@pytest.mark.parametrize("recipe", ["Dockerfile", "Makefile"])
def test_nothing_is_installed_whose_hash_is_not_written_down(recipe: str) -> None:
    installs = re.findall(r"pip install (.+?)(?: \\)?$", (ROOT / recipe).read_text(), re.MULTILINE)
    assert len(installs) >= 2
    for words in map(str.split, installs):
        named = [word for word in words if not word.startswith("-") and not word.endswith(".txt")]
        ours = {"--no-deps", "--no-build-isolation"} <= set(words) and len(named) == 1
        assert ours or ("--require-hashes" in words and named == []), words


def test_the_builds_tool_is_pinned_and_that_of_the_tests() -> None:
    pinned = re.findall(
        r"^(\S+==\S+) \\\n    --hash=sha256:", (ROOT / "requirements-build.txt").read_text(), re.MULTILINE
    )
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert {each.partition("==")[0] for each in pinned} >= {re.split(r"\W", each)[0] for each in asked}
    tested = (ROOT / "requirements-dev.txt").read_text().splitlines()
    assert all(f"{each} \\" in tested for each in pinned)


def test_the_image_runs_a_command_of_ours_as_nobody_in_particular() -> None:
    last = (ROOT / "Dockerfile").read_text().rpartition("FROM ")[2]
    assert re.search(r"^USER (?!root|0)", last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["chibo"\]$', last, re.MULTILINE)
    assert set(re.findall(r'^CMD \["(\w+)"\]$', last, re.MULTILINE)) == {"run"}
    probe = re.search(r'CMD \["python", "-c", "(.+)"\]$', last, re.MULTILINE)
    assert probe and compile(probe[1], "HEALTHCHECK", "exec")
    port = re.search(r"CHIBO_WEB=0\.0\.0\.0:(\d+)", last)
    assert port and f"127.0.0.1:{port[1]}/healthz" in probe[1] and f"EXPOSE {port[1]}\n" in last


def test_compose_names_commands_of_ours_and_confines_every_service() -> None:
    text = (ROOT / "compose.yaml").read_text()
    commands = re.findall(r"^    command: \[(\w+)\]", text, re.MULTILINE)
    assert commands == ["migrate", "run"] and set(commands) <= COMMANDS
    services = re.findall(r"^  (\w+):\n    <<: \*(\w+)", text.partition("services:")[2], re.MULTILINE)
    assert services == [("database", "confined"), ("migrate", "chibo"), ("chibo", "chibo")]
    confined = text.partition("x-chibo:")[0]
    assert all(
        words in confined for words in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true")
    )
    assert "privileged" not in text.replace("no-new-privileges", "") and "\t" not in text


# ── the units ──────────────────────────────────────────────────────────────────────────────────────


def lines_of(unit: Path) -> Iterator[tuple[str, str, str]]:
    """Section, key and value of every line of a unit."""
    section = ""
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            yield section, *line.partition("=")[::2]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_says_what_systemd_knows(unit: Path) -> None:
    for section, key, _ in lines_of(unit):
        assert key in KEYS[section].split()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_commands_of_ours(unit: Path) -> None:
    started = [value for _, key, value in lines_of(unit) if key in ("ExecStart", "ExecStartPre")]
    assert started or unit.suffix == ".timer"
    for value in started:
        named = re.search(r"/opt/chibo/\.venv/bin/chibo (\w+)", value)
        assert named and named[1] in COMMANDS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/chibo/.venv/bin/chibo", "/bin/true"))
    verify = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "chibo" in line]) == (0, [])


# ── away from the sources ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of our packages as a wheel has them, built by setuptools from a copy of the sources."""
    sources, made = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("installed")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, sources)
    build = f"from setuptools import setup; setup(script_args=['-q', 'build', '--build-lib', {str(made)!r}])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build],
        cwd=sources,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made


def types(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the installed packages, as the image runs it: no home, and no bytecode is written."""
    environment = {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"}
    environment |= {"HOME": "/nonexistent", "MPLCONFIGDIR": str(folder / "matplotlib"), "TMPDIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


LIST = """Mã đảng viên,Họ và tên,Chi bộ,Chức vụ,Tình trạng
01,Vàng Thị Lan,Chi bộ thôn A,Bí thư,Chính thức
02,Sùng Thị Hoa,Chi bộ thôn A,,Dự bị
"""


def prints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_installed_works_away_from_its_sources_and_is_only_read(
    installed: Path, tmp_path: Path
) -> None:
    before = prints(installed)
    assert types(installed, tmp_path, "migrate").returncode == 0
    checked = types(installed, tmp_path, "check")
    assert (
        "templates compile in every language" in checked.stdout
        and "The database is reachable" in checked.stdout
    )
    where = types(installed, tmp_path, "org", "template", "mau.xlsx")
    assert where.returncode == 0 and (tmp_path / "mau.xlsx").is_file()
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    demo = types(installed, tmp_path, "demo", "--headless", "--roster", "list.csv", "--out", "out")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert (tmp_path / "out" / "summary.json").is_file()
    assert prints(installed) == before


def test_everything_that_is_read_at_work_is_in_the_package(installed: Path) -> None:
    kinds = {".j2", ".toml", ".docx", ".html", ".css", ".js", ".svg", ".mako", ".py"}
    ours = {
        str(path.relative_to(ROOT))
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {Path(name).suffix for name in ours} <= kinds
    assert ours - set(prints(installed)) == set()
