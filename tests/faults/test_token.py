"""Telegram refuses the bot's token: once, by mistake, or for good."""

from tests.faults.conftest import Sites
from tests.faults.site import wait_for_end


async def test_a_token_refused_once_is_asked_about_again(sites: Sites) -> None:
    async with sites(people=20, seed=1) as site, site.running():
        await site.becomes_true(lambda: site.telegram.updates.polled)
        rule = site.telegram.faults.add("unauthorized", methods=["*"], times=1)
        await site.press(site.people)
        await site.becomes_quiet()
        assert rule.hits == 1
        assert (await site.check_presses())["messages"] == 20


async def test_a_token_refused_for_good_stops_the_bot_and_loses_nothing(sites: Sites) -> None:
    async with sites(people=20, seed=1) as site:
        async with site.running() as process:
            await site.becomes_true(lambda: site.telegram.updates.polled)
            site.telegram.faults.add("unauthorized", methods=["*"])
            await site.press(site.people)
            assert await wait_for_end(process) == 1
        assert "CHIBO_BOT_TOKEN" in site.log.read_text()
        site.telegram.faults.clear()
        async with site.running():
            await site.becomes_quiet()
        found = await site.check_presses()
        assert found["again"] == found["unknown"] == 0
