"""LibreOffice, as whoever opens our papers and lists has it."""

import shutil
import subprocess
from pathlib import Path

import pytest


def opened(document: Path, to: str) -> Path:
    """The document as LibreOffice reads it, saved as another kind ("pdf", "xlsx"); skips where it is missing."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip(
            "LibreOffice is not installed: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
        )
    folder = document.parent / "opened"
    home = f"-env:UserInstallation=file://{document.parent / 'home'}"
    command = [office, home, "--headless", "--convert-to", to, "--outdir", str(folder), str(document)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return folder / f"{document.stem}.{to}"
