"""Whatever strangers send is read or refused, and never breaks a reader: by cases, at random, and led by coverage."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import CASES, RUNS, TARGETS, seeds

ROOT = Path(__file__).parents[2]
FOUND = [(path.parent.name, path) for path in sorted(CASES.glob("*/*"))]


@pytest.mark.parametrize(("target", "case"), FOUND, ids=[f"{name}/{path.name}" for name, path in FOUND])
def test_what_once_broke_a_reader_does_so_no_more(target: str, case: Path) -> None:
    TARGETS[target](case.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_what_people_are_known_to_send_is_read(target: str) -> None:
    known = list(seeds(target))
    assert known
    for seed in known:
        TARGETS[target](seed)


@pytest.mark.parametrize("target", ["words", "buttons", "updates"])
@given(data=st.data())
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_typed_pressed_or_posted_is_read(target: str, data: st.DataObject) -> None:
    TARGETS[target](data.draw(st.text(max_size=300)).encode(errors="replace") or b"-")


@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzzer_that_follows_the_code_finds_nothing(target: str, share: float, tmp_path: Path) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris has no wheel for this machine, so no fuzzer that follows the code was run.")
    runs = max(1, round(RUNS[target] * share))
    command = [sys.executable, "-m", "tests.fuzz.guided", target, str(runs), str(tmp_path / "corpus")]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    # a finding is written where it is run
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert f"Done {runs} runs" in done.stderr, "it ended before its time"
