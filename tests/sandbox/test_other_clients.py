"""Other people's Bot API clients against the sandbox, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from telebot.types import BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import Bot, Update
from telegram import InlineKeyboardButton as PTBButton
from telegram import InlineKeyboardMarkup as PTBMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from bot.sandbox.limits import Limits, Rate
from bot.sandbox.people import Person
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram

from .conftest import TOKEN
from .test_methods import PNG


@pytest.fixture
async def url(telegram: Telegram) -> AsyncIterator[str]:
    async with serve(telegram) as url:
        yield url


@pytest.fixture
async def telebot(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncTeleBot]:
    """pyTelegramBotAPI."""
    monkeypatch.setattr(asyncio_helper, "API_URL", url + "/bot{0}/{1}")
    monkeypatch.setattr(asyncio_helper, "FILE_URL", url + "/file/bot{0}/{1}")
    bot = AsyncTeleBot(TOKEN)
    yield bot
    await bot.close_session()


@pytest.fixture
async def bot(url: str) -> AsyncIterator[Bot]:
    """python-telegram-bot."""
    async with Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        yield bot


async def test_telebot_sends_buttons_gets_the_press_answers_and_edits(
    telebot: AsyncTeleBot, hoa: Person
) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Có mặt", callback_data="yes")]])
    sent = await telebot.send_message(hoa.id, "<b>Họp</b> 🏟", parse_mode="HTML", reply_markup=markup)
    assert (sent.text, sent.entities[0].type) == ("Họp 🏟", "bold")
    press = hoa.taps("Có mặt")
    update = (await telebot.get_updates())[0]
    assert update.callback_query.data == "yes"
    assert await telebot.answer_callback_query(update.callback_query.id, "Đã ghi") is True
    edited = await telebot.edit_message_text("Cảm ơn", hoa.id, sent.message_id)
    assert edited.text == "Cảm ơn"
    assert press.answer == {"text": "Đã ghi", "show_alert": False}
    assert (hoa.last.text, hoa.last.buttons) == ("Cảm ơn", [])


async def test_telebot_sends_a_document_and_fetches_one(telebot: AsyncTeleBot, hoa: Person) -> None:
    sent = await telebot.send_document(hoa.id, b"%PDF", visible_file_name="thong-bao.pdf", caption="Đọc")
    assert sent.document.file_name == "thong-bao.pdf"
    assert hoa.last.document and hoa.last.document.data == b"%PDF"
    hoa.sends_document("don.docx", b"xin")
    document = (await telebot.get_updates())[0].message.document
    path = (await telebot.get_file(document.file_id)).file_path
    assert await telebot.download_file(path) == b"xin"


async def test_telebot_reads_a_contact_a_photo_and_sets_commands(telebot: AsyncTeleBot, hoa: Person) -> None:
    hoa.shares_contact()
    hoa.sends_photo(PNG)
    contact, photo = await telebot.get_updates()
    assert contact.message.contact.user_id == hoa.id
    assert photo.message.photo[-1].width == 640
    scope = BotCommandScopeChat(hoa.id)
    assert await telebot.set_my_commands([BotCommand("hop", "Cuộc họp")], scope=scope)
    assert (await telebot.get_my_commands(scope, None))[0].description == "Cuộc họp"
    assert (await telebot.get_chat(hoa.id)).first_name == "Hoa"


async def test_telebot_polls_and_is_pressed(telebot: AsyncTeleBot, hoa: Person) -> None:
    heard: list[str] = []

    @telebot.message_handler(content_types=["text"])
    async def hear(message: object) -> None:
        heard.append(message.text)  # type: ignore[attr-defined]
        await telebot.send_message(hoa.id, "nghe rồi")

    polling = asyncio.create_task(telebot.polling(non_stop=True, timeout=5))
    hoa.sends("có ai không")
    async with asyncio.timeout(10):
        while hoa.messages[-1].text != "nghe rồi":
            await asyncio.sleep(0.01)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    assert heard == ["có ai không"]


async def test_ptb_sends_edits_and_deletes(bot: Bot, hoa: Person) -> None:
    assert (bot.id, bot.username) == (1, "chibo_bot")
    markup = PTBMarkup([[PTBButton("Có", callback_data="1"), PTBButton("Trang", url="https://a.vn")]])
    sent = await bot.send_message(
        hoa.id, "<i>Họp</i>", parse_mode=ParseMode.HTML, reply_markup=markup, protect_content=True
    )
    assert sent.text_html == "<i>Họp</i>"
    assert sent.has_protected_content
    assert [button.kind for button in hoa.last.buttons[0]] == ["callback", "url"]
    assert await bot.edit_message_text("Xong", hoa.id, sent.message_id)
    assert (hoa.last.text, hoa.last.buttons) == ("Xong", [])
    assert await bot.delete_message(hoa.id, sent.message_id)
    assert sent.message_id not in [message.id for message in hoa.messages]


async def test_ptb_uploads_reuses_and_downloads_files(bot: Bot, hoa: Person) -> None:
    sent = await bot.send_document(hoa.id, b"%PDF", filename="Nghị quyết.pdf", caption="Đọc")
    again = await bot.send_document(hoa.id, sent.document.file_id)  # type: ignore[union-attr]
    assert again.document == sent.document
    assert hoa.last.document and hoa.last.document.name == "Nghị quyết.pdf"
    photo = await bot.send_photo(hoa.id, PNG)
    file = await photo.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == PNG


async def test_ptb_reads_every_update_the_sandbox_makes(bot: Bot, hoa: Person) -> None:
    hoa.opens("x")
    hoa.shares_contact()
    await bot.send_message(hoa.id, "x", reply_markup=PTBMarkup([[PTBButton("Có", callback_data="1")]]))
    press = hoa.taps("Có")
    hoa.blocks()
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    start, contact, pressed, blocked = updates
    assert start.message and start.message.entities[0].type == "bot_command"
    assert contact.message and contact.message.contact
    assert pressed.callback_query and await pressed.callback_query.answer("ừ")
    assert blocked.my_chat_member and blocked.my_chat_member.new_chat_member.status == "kicked"
    assert press.answer == {"text": "ừ", "show_alert": False}
    assert (await bot.get_chat(hoa.id)).first_name == "Hoa"
    assert (await bot.get_webhook_info()).url == ""


async def test_ptb_raises_the_error_it_would_raise_against_telegram(
    bot: Bot, url: str, telegram: Telegram, hoa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(77, "x")
    telegram.limits = Limits(chat=Rate(1, 60))
    await bot.send_message(hoa.id, "x")
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with pytest.raises(RetryAfter):
        await bot.send_message(hoa.id, "x")
    hoa.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(hoa.id, "x")
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{url}/bot"):
            pass


async def test_ptb_that_polls_first_gets_the_conflict(
    bot: Bot, telebot: AsyncTeleBot, telegram: Telegram, hoa: Person
) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    while not telegram.updates.polled:
        await asyncio.sleep(0.01)
    newer = asyncio.create_task(telebot.get_updates(timeout=20))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older
    hoa.sends("a")
    assert [update.message.text for update in await newer] == ["a"]
