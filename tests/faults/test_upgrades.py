"""An upgrade while people press: the tables change under two processes, which go on; one of before starts no more."""

import asyncio

import pytest
from sqlalchemy import text

from db.migrate import newest
from tests.faults.conftest import Sites
from tests.faults.site import Site, wait_for_end
from tests.faults.test_replicas import another_serves, replicas

NEWER = "9999"


@pytest.fixture
def kind() -> str:
    return "postgresql"


async def migrate_on(site: Site) -> None:
    """What a later release would do to the tables: something is added, nothing taken away."""
    async with site.database.engine.begin() as connection:
        for statement in (
            "ALTER TABLE member ADD COLUMN brought VARCHAR(20) DEFAULT 'later' NOT NULL",
            "ALTER TABLE delivery ADD COLUMN brought INTEGER",
            "CREATE TABLE brought (id BIGINT PRIMARY KEY, member_id BIGINT REFERENCES member (id))",
            f"UPDATE alembic_version SET version_num = '{NEWER}'",
        ):
            await connection.execute(text(statement))


async def test_processes_go_on_while_the_tables_are_brought_further(sites: Sites) -> None:
    async with sites(people=30, seed=0) as site, replicas(site, 2) as processes:
        first = await another_serves(site, None)
        await site.press(site.people, times=2)
        await site.becomes_true(lambda: site.answers.total() > 10)
        await migrate_on(site)
        await site.press(site.people)
        await site.becomes_quiet()
        await site.check_presses()
        processes[first].kill()  # the other one, of before the migration, too, takes over
        assert await another_serves(site, first) in processes
        await site.press(site.people)
        await site.becomes_quiet()
        await site.check_presses()
        site.check_log()
        async with site.running() as late:
            async with asyncio.timeout(60):
                assert await wait_for_end(late) == 1
        said = site.log.read_text()
        assert f"of a newer chibo (revision {NEWER}; this one knows {newest()})" in " ".join(said.split())
