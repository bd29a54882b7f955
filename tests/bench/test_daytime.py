"""Whatever the hour, somewhere it is noon."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.bench.daytime import where_it_is_noon


@pytest.mark.parametrize("hour", range(24))
def test_it_is_noon_there(hour: int) -> None:
    now = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
    assert now.astimezone(ZoneInfo(where_it_is_noon(now))).hour == 12
