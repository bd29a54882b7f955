"""What is done with a study notice leaves an entry: who, from which role, with which notice; never what it says."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.actions import notice_control
from bot.errors import NotAllowed, TooLate
from bot.rules.words import AuditVerb, RoleName
from db import chats, people
from db.models import AuditEntry, Notice, NoticeState
from tests.notices import SEND, make_approver, newest, write
from tests.people import Actor, Cast

TITLE = "Kế hoạch tuyệt đối không ghi"


async def entries(cast: Cast) -> list[AuditEntry]:
    async with cast.town.app.database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.verb).startswith("notice_"))
        return list((await session.exec(query.order_by(col(AuditEntry.id)))).all())


async def verbs(cast: Cast) -> list[AuditVerb]:
    return [entry.verb for entry in await entries(cast)]


async def released(cast: Cast) -> int:
    """Quân's notice has left; its number."""
    await write(cast, TITLE)
    for seconds in (60, 6):  # it leaves, and it is shown that it arrived
        await cast.town.waits(seconds)
    return (await newest(cast)).id or 0


async def test_a_release_is_its_authors_and_says_for_how_many_it_was(cast: Cast) -> None:
    await write(cast, TITLE)
    assert await entries(cast) == []  # it can still be taken back
    await cast.town.waits(60)
    (entry,) = await entries(cast)
    assert (entry.verb, entry.role) == (AuditVerb.NOTICE_RELEASED, RoleName.OFFICER)
    assert (entry.actor_id, entry.organisation_id) == (cast.quan.member_id, cast.town.committee)
    assert (entry.object_id, entry.count, entry.member_id) == ((await newest(cast)).id, 5, None)


async def test_an_approval_is_its_approvers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cast.town.app.house.texts, "approve_above", 2)
    await make_approver(cast, cast.lan)
    await write(cast, TITLE)
    await cast.lan.taps("✅ Duyệt, cho gửi")
    await cast.town.waits(60)
    approval, release = await entries(cast)
    assert (approval.verb, approval.role) == (AuditVerb.NOTICE_APPROVED, RoleName.APPROVER)
    assert (approval.actor_id, release.actor_id) == (cast.lan.member_id, cast.quan.member_id)


async def test_what_is_taken_back_leaves_none(cast: Cast) -> None:
    await write(cast, TITLE)
    await cast.quan.taps("↩️ Rút lại")
    await cast.town.waits(120)
    assert await entries(cast) == []


async def test_a_pause_and_a_stop_are_entries_and_what_was_refused_is_none(cast: Cast) -> None:
    notice = await sending(cast)
    for act in (notice_control.pause, notice_control.resume, notice_control.cancel):
        await does(cast, act, notice, by=cast.quan)
    with pytest.raises(TooLate):
        await does(cast, notice_control.pause, notice, by=cast.quan)
    with pytest.raises(NotAllowed):
        await does(cast, notice_control.delete, notice, by=cast.lan)
    done = [AuditVerb.NOTICE_PAUSED, AuditVerb.NOTICE_RESUMED, AuditVerb.NOTICE_STOPPED]
    assert await verbs(cast) == done
    assert {(e.actor_id, e.role, e.object_id) for e in await entries(cast)} == {
        (cast.quan.member_id, RoleName.OFFICER, notice)
    }


async def test_a_deletion_is_one_entry_however_often_it_is_asked_for(cast: Cast) -> None:
    notice = await released(cast)
    for _ in range(2):
        await does(cast, notice_control.delete, notice, by=cast.quan)
    assert await verbs(cast) == [AuditVerb.NOTICE_RELEASED, AuditVerb.NOTICE_DELETED]


async def test_a_correction_is_an_entry_when_it_leaves(cast: Cast) -> None:
    await released(cast)
    await cast.quan.taps("✏️ Gửi đính chính")
    await cast.quan.answers("Bản đúng", "Xong", "Giữ tiêu đề này")
    assert await verbs(cast) == [AuditVerb.NOTICE_RELEASED]
    await cast.quan.taps(SEND)
    await cast.town.waits(60)
    assert await verbs(cast) == [AuditVerb.NOTICE_RELEASED, AuditVerb.NOTICE_CORRECTED]
    assert (await entries(cast))[-1].object_id == (await newest(cast)).id


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "gửi thông báo học tập"), ("en", "sent a study notice")]
)
async def test_an_officer_reads_it_in_the_log_and_no_title_is_in_it(
    cast: Cast, language: str, words: str
) -> None:
    await released(cast)
    async with cast.town.app.database.write() as session:
        account = (
            await chats.find_speaking(session, bot=cast.town.app.house.bot, address=cast.quan.person.id)
        ).account
        assert account is not None
        account.language = language
        session.add(account)
    said = await cast.quan.sends("/nhatky")
    assert f"#{cast.quan.member_id}, {words}" in said
    assert TITLE not in said and "Quân" not in said


async def sending(cast: Cast) -> int:
    """A notice that has just left, to nobody yet."""
    town = cast.town
    async with town.app.database.write() as session:
        places = {"issuer_id": town.committee, "audience_id": town.committee}
        now = town.clock.now()
        notice = Notice(**places, author_id=cast.quan.member_id, title=TITLE, created_at=now, sent_at=now)
        notice.state = NoticeState.SENDING
        session.add(notice)
        await session.flush()
        return notice.id or 0


async def does(cast: Cast, act: Any, notice_id: int, *, by: Actor) -> None:
    """Somebody does something with a notice, and nothing else happens."""
    house = cast.town.app.house
    async with house.database.write() as session:
        member = await people.get_member(session, by.member_id)
        await act(session, notice_id=notice_id, by=member, now=house.clock.now(), texts=house.texts)
