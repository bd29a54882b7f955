"""Photos, documents and voice messages that go with a report: kept once, asked about where unclear, shown."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.actions import evidence as acting
from bot.actions.evidence import MOST
from bot.rules.words import Evaluated
from db import my_data
from db.models import Evidence, Media, MediaCopy, Progress, Task
from db.session import Session
from db.tasks import Given
from tests.handlers.test_tasks import STEPS, assignments, give
from tests.people import START, Actor, Cast
from tests.sandbox.test_methods import JPEG, PNG

HOUSES = "Vận động 5 hộ, hạn 30/12"
TALKS = "Tổ chức 2 buổi, hạn 30/11"


async def rows(cast: Cast, table: Any) -> list[Any]:
    async with cast.town.app.database.read() as session:
        return list((await session.exec(select(table).order_by(*table.__table__.primary_key))).all())


async def shows(actor: Actor, send: Callable[..., object], *args: Any, **more: Any) -> str:
    """The actor sends a file; what the bot said last."""
    send(*args, **more)
    await actor.town.app.settle()
    return actor.last


async def photo(actor: Actor, caption: str | None = None, data: bytes = PNG) -> str:
    return await shows(actor, actor.person.sends_photo, data, caption)


async def test_the_words_under_a_photo_are_the_report_and_the_photo_goes_with_it(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    said = await photo(cast.hoa, "đã vận động 3/5 hộ")
    assert "Đã nhận minh chứng" in said and "60% (3/5 hộ)" in said
    ((progress,), (evidence,), (media,)) = [await rows(cast, t) for t in (Progress, Evidence, Media)]
    assert (progress.percent, progress.words) == (60, "đã vận động 3/5 hộ")
    assert (evidence.progress_id, evidence.added_by) == (progress.id, cast.hoa.member_id)
    assert (media.kind, media.content) == ("photo", PNG)


async def test_a_photo_without_words_is_no_report_yet_and_the_steps_are_offered(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    assert "bấm mức đã làm được" in await photo(cast.hoa)
    assert cast.hoa.buttons == STEPS
    assert (await assignments(cast))[0].percent is None
    await cast.hoa.taps("75%")
    assert (await assignments(cast))[0].percent == 75
    assert len(await rows(cast, Evidence)) == len(await rows(cast, Progress)) == 1


async def test_words_that_say_no_progress_are_asked_back_and_the_photo_is_kept(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    assert "Chưa rõ «sắp xong rồi»" in await photo(cast.hoa, "sắp xong rồi")
    assert (await assignments(cast))[0].percent is None
    assert len(await rows(cast, Evidence)) == 1


async def test_with_several_tasks_it_is_asked_which_and_a_tap_or_a_number_says_it(cast: Cast) -> None:
    for line in (HOUSES, TALKS):
        await give(cast, line, cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    assert "về nhiệm vụ nào" in await photo(cast.hoa)
    assert await rows(cast, Evidence) == []
    await cast.hoa.taps("Vận động 5 hộ")
    assert "Vận động 5 hộ" in cast.hoa.shown
    await cast.hoa.sends("/nhiemvu")
    await photo(cast.hoa, data=JPEG)
    assert "Tổ chức 2 buổi" in await cast.hoa.sends("1")  # the nearer deadline stands first
    houses, talks = await assignments(cast)
    by_id = {p.id: p.assignment_id for p in await rows(cast, Progress)}
    assert [by_id[e.progress_id] for e in await rows(cast, Evidence)] == [houses.id, talks.id]


async def test_while_it_is_asked_which_a_report_of_one_of_them_says_it_too(cast: Cast) -> None:
    for line in (HOUSES, TALKS):
        await give(cast, line, cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    await photo(cast.hoa)
    assert "về nhiệm vụ nào" in await cast.hoa.sends("xong 70%")
    assert "80% (4/5 hộ)" in await cast.hoa.sends("được 4 hộ")
    assert len(await rows(cast, Evidence)) == 1


async def test_the_measure_under_a_photo_names_its_task(cast: Cast) -> None:
    for line in (HOUSES, TALKS):
        await give(cast, line, cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    assert "Tổ chức 2 buổi" in await photo(cast.hoa, "đã tổ chức 1 buổi")


async def test_a_document_and_a_voice_message_go_with_it_and_come_back_as_they_are(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    await shows(cast.hoa, cast.hoa.person.sends_document, "danh sách.pdf", b"%PDF", caption="xong 40%")
    await shows(cast.hoa, cast.hoa.person.sends_voice, b"OggS")
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("📎 Minh chứng (2)")
    document, voice = cast.hoa.person.messages[-2:]
    assert document.document and document.document.name == "danh sách.pdf"
    assert voice.voice and voice.protected and document.protected
    uploads = [call for call in cast.town.telegram.log if call.method in ("sendDocument", "sendVoice")]
    assert len(uploads) == 2
    assert len(await rows(cast, MediaCopy)) == 2


async def test_the_secretary_sees_them_from_the_members_screen_and_nobody_else(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    await photo(cast.hoa, "xong 40%")
    await cast.lan.sends("/nhiemvu")
    for words in ("Báo cáo thay", "Sùng Thị Hoa", "📎 Minh chứng (1)"):
        await cast.lan.taps(words)
    assert cast.lan.person.last.photo and "đồng chí Sùng Thị Hoa gửi" in cast.lan.last
    (given,) = await assignments(cast)
    before = len(cast.dung.heard)
    await presses(cast.dung, cast.lan, f"evidence:{given.id}")
    assert not any(message.photo for message in cast.dung.person.messages[before:])


async def presses(actor: Actor, seen_by: Actor, data: str) -> None:
    """Press a button one was never shown."""
    message = next(
        m for m in reversed(seen_by.person.messages) for row in m.buttons for b in row if b.data == data
    )
    button = next(b for row in message.buttons for b in row if b.data == data)
    actor.person.presses(message, button)
    await actor.town.app.settle()


async def test_the_same_file_again_or_from_another_is_kept_once(cast: Cast) -> None:
    for actor in (cast.hoa, cast.minh):
        await give(cast, HOUSES, actor)
    sent = cast.hoa.person.sends_photo(PNG, "xong 40%")
    await cast.town.app.settle()
    await shows(cast.hoa, cast.hoa.person.sends_again, sent)
    await shows(cast.minh, cast.minh.person.sends_again, sent, "xong 50%")
    assert len(await rows(cast, Media)) == len(await rows(cast, MediaCopy)) == 1
    assert [e.added_by for e in await rows(cast, Evidence)] == [cast.hoa.member_id, cast.minh.member_id]


async def test_an_album_goes_to_one_task_and_is_answered_once(cast: Cast) -> None:
    for line in (HOUSES, TALKS):
        await give(cast, line, cast.hoa)
    before = len(cast.hoa.heard)
    await shows(cast.hoa, cast.hoa.person.sends_album, [PNG, JPEG, PNG], "đã được 2 hộ")
    assert len(cast.hoa.heard) == before + 1
    assert len({e.progress_id for e in await rows(cast, Evidence)}) == 1
    assert len(await rows(cast, Evidence)) == 3


async def test_an_album_whose_task_is_unclear_is_asked_about_once_and_goes_there_as_a_whole(
    cast: Cast,
) -> None:
    for line in (HOUSES, TALKS):
        await give(cast, line, cast.hoa)
    await cast.hoa.sends("/nhiemvu")
    before = len(cast.hoa.heard)
    await shows(cast.hoa, cast.hoa.person.sends_album, [PNG, JPEG, PNG])
    assert len(cast.hoa.heard) == before + 1
    await cast.hoa.taps("Tổ chức 2 buổi")
    assert len(await rows(cast, Evidence)) == 3


async def test_a_report_takes_ten_files_and_of_an_album_the_rest_is_refused_once(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    await shows(cast.hoa, cast.hoa.person.sends_album, [PNG] * (MOST - 1))
    before = len(cast.hoa.heard)
    await shows(cast.hoa, cast.hoa.person.sends_album, [JPEG] * 4, "xong 50%")
    assert [f"tối đa {MOST}" in said for said in cast.hoa.heard[before:]] == [False, True]
    assert f"tối đa {MOST}" in await photo(cast.hoa)
    assert len(await rows(cast, Evidence)) == MOST


async def test_a_file_marked_secret_is_refused_before_it_is_fetched(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    fetching = cast.town.telegram.faults.add("latency", methods=["getFile"], seconds=0)
    assert "«Mật»" in await shows(cast.hoa, cast.hoa.person.sends_document, "05-KH_MẬT.docx", b"x")
    assert fetching.hits == 0
    assert await rows(cast, Media) == []


async def test_what_cannot_be_fetched_is_kept_by_its_id_and_shown_by_it(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    cast.town.telegram.faults.add("not_found", methods=["getFile"], times=1)
    assert "40%" in await photo(cast.hoa, "xong 40%")
    assert (await rows(cast, Media))[0].content == b""
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("📎 Minh chứng (1)")
    assert cast.hoa.person.last.photo


@pytest.mark.parametrize(("bound", "kept"), [(0, b""), (8, b""), (9, b"123456789")])
async def test_bytes_are_kept_up_to_the_bound_of_the_setting(cast: Cast, bound: int, kept: bytes) -> None:
    cast.town.app.house.evidence_bytes = bound
    await give(cast, HOUSES, cast.hoa)
    await shows(cast.hoa, cast.hoa.person.sends_document, "a.pdf", b"123456789", caption="xong 40%")
    assert (await rows(cast, Media))[0].content == kept
    assert len(await rows(cast, MediaCopy)) == 1


async def test_what_another_bot_holds_by_id_alone_is_said_to_be_there(cast: Cast) -> None:
    cast.town.app.house.evidence_bytes = 0
    await give(cast, HOUSES, cast.hoa)
    await photo(cast.hoa, "xong 40%")
    async with cast.town.app.database.write() as session:
        copy = (await session.exec(select(MediaCopy))).one()
        copy.bot += 1
        session.add(copy)
    await cast.hoa.sends("/nhiemvu")
    await cast.hoa.taps("📎 Minh chứng (1)")
    assert "chỉ mở được ở bot" in cast.hoa.last


async def test_when_it_is_evaluated_a_photo_is_refused_with_the_reason(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    await photo(cast.hoa, "xong 40%")
    async with cast.town.app.database.write() as session:
        progress = (await session.exec(select(Progress))).one()
        progress.evaluated = Evaluated.DONE
        session.add(progress)
    assert "đã được đánh giá" in await photo(cast.hoa, data=JPEG)
    assert len(await rows(cast, Evidence)) == 1


async def test_who_has_no_task_is_not_understood_and_nothing_of_it_is_kept(cast: Cast) -> None:
    before = len(cast.hoa.heard)
    await photo(cast.hoa, "xong 40%")
    assert len(cast.hoa.heard) > before
    assert await rows(cast, Media) == []


async def test_a_photo_belongs_to_what_the_chat_is_in_the_middle_of(cast: Cast) -> None:
    await give(cast, HOUSES, cast.lan)
    await cast.lan.sends("/nhiemvu")
    await cast.lan.taps("Giao nhiệm vụ")
    await photo(cast.lan, "xong 40%")
    assert await rows(cast, Evidence) == []


async def test_evidence_can_be_sent_to_what_waits(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    assert "Vận động 5 hộ" in await cast.hoa.sends("báo cáo")
    assert "60% (3/5 hộ)" in await photo(cast.hoa, "được 3 hộ")
    assert "Vận động 5 hộ" not in await cast.hoa.sends("báo cáo")


async def test_a_photo_that_telegram_brings_twice_is_answered_and_kept_once(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    before = len(cast.hoa.heard)
    cast.town.telegram.faults.add("duplicate")
    await photo(cast.hoa, "xong 40%")
    assert len(cast.hoa.heard) == before + 1
    assert len(await rows(cast, Media)) == len(await rows(cast, Evidence)) == 1


async def test_when_handling_fails_half_way_nothing_is_kept_and_the_next_try_keeps_it_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give(cast, HOUSES, cast.hoa)
    attach, seen = acting.attach, list[int]()

    async def fails_once(session: Session, **given: Any) -> Given:
        seen.append(len((await session.exec(select(Media))).all()))
        attached = await attach(session, **given)
        if len(seen) == 1:
            raise RuntimeError("half way")
        return attached

    monkeypatch.setattr(acting, "attach", fails_once)
    await photo(cast.hoa, "xong 40%")
    while len(seen) < 2:
        cast.town.clock.move_to(cast.town.clock.now() + timedelta(minutes=1))
        await cast.town.app.settle()
    assert seen == [1, 1]  # the second try finds nothing of the first, and keeps its own
    assert "40%" in cast.hoa.last
    assert len(await rows(cast, Media)) == len(await rows(cast, Evidence)) == 1


async def test_old_buttons_of_what_is_over_answer_with_the_reason(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    await photo(cast.hoa, "xong 40%")
    asked = cast.hoa.person.last
    async with cast.town.app.database.write() as session:
        progress = (await session.exec(select(Progress))).one()
        progress.evaluated = Evaluated.DONE
        session.add(progress)
    assert "đã được đánh giá" in (await cast.hoa.taps("75%", asked) or "")
    async with cast.town.app.database.write() as session:
        task = (await session.exec(select(Task))).one()
        task.closed_at = START
        session.add(task)
    assert "đã kết thúc" in (await cast.hoa.taps("75%", asked) or "")
    assert (await assignments(cast))[0].percent == 40


async def test_bytes_that_did_not_come_the_first_time_are_kept_when_the_file_comes_again(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    cast.town.telegram.faults.add("not_found", methods=["getFile"], times=1)
    sent = cast.hoa.person.sends_photo(PNG, "xong 40%")
    await cast.town.app.settle()
    fetching = cast.town.telegram.faults.add("latency", methods=["getFile"], seconds=0)
    await shows(cast.hoa, cast.hoa.person.sends_again, sent)
    assert [media.content for media in await rows(cast, Media)] == [PNG]
    assert fetching.hits == 1
    await shows(cast.hoa, cast.hoa.person.sends_again, sent)
    assert fetching.hits == 1  # what is kept is not fetched again


async def test_ones_own_data_lists_reports_with_their_evaluation_and_what_was_sent(cast: Cast) -> None:
    await give(cast, HOUSES, cast.hoa)
    await shows(cast.hoa, cast.hoa.person.sends_document, "danh sách.pdf", b"%PDF", caption="xong 40%")
    async with cast.town.app.database.write() as session:
        progress = (await session.exec(select(Progress))).one()
        progress.evaluated, progress.note = Evaluated.DONE, "đúng hẹn"
        session.add(progress)
    async with cast.town.app.database.read() as session:
        kept = await my_data.list_kept(session, cast.hoa.member_id)
    (report,), (sent,) = kept["reports"], kept["evidence"]
    assert (report["percent"], report["words"], report["evaluated"]) == (40, "xong 40%", "done")
    assert (report["note"], report["starts_at"]) == ("đúng hẹn", None)
    assert (sent["title"], sent["kind"], sent["name"]) == ("Vận động 5 hộ", "document", "danh sách.pdf")
