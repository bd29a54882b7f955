"""What is refused is heard."""

import pytest

from bot.errors import Refusal
from handlers import errors


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[Refusal]:
    """Every refusal that became words."""
    heard: list[Refusal] = []
    refuse = errors._refuse

    async def listening(update: object, context: object, refusal: Refusal) -> None:
        heard.append(refusal)
        await refuse(update, context, refusal)  # type: ignore[arg-type]

    monkeypatch.setattr(errors, "_refuse", listening)
    return heard
