"""Fuzzing led by coverage: inputs that reach new code are kept and changed further.

    python -m tests.fuzz.guided TARGET RUNS [FOLDER]

FOLDER keeps what was found to be of use, for the next time. A finding ends it with exit code 77 and is written to
the working directory; put into `tests/fuzz/cases/TARGET/` it is run by every `make test`.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot", "db", "handlers"], enable_loader_override=False):
    from tests.fuzz import targets


def main(target: str, runs: str, folder: str | None = None) -> None:
    """Fuzz a target so many times."""
    corpus = Path(folder or tempfile.mkdtemp())
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(targets.seeds(target)):
        (corpus / f"seed{number}").write_bytes(seed)
    longest = 200_000 if target in ("lists", "plans", "documents") else 6_000
    told = [
        sys.argv[0],
        f"-runs={runs}",
        f"-max_len={longest}",
        "-timeout=10",
        "-rss_limit_mb=2000",
        str(corpus),
    ]
    atheris.Setup(told, targets.TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
