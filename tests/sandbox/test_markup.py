"""Telegram's HTML, both ways."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import cleaned, to_html, with_found
from bot.sandbox.errors import Refusal
from bot.sandbox.markup import escape, parse, utf16_length

within_16_bits = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
any_text = st.text(st.characters(exclude_categories=["Cs"]))


@given(any_text)
def test_any_text_escaped_comes_back_equal(text: str) -> None:
    assert parse(escape(text)) == (text, [])


@given(any_text, any_text, any_text)
def test_offsets_are_utf16_units_whatever_the_letters(before: str, inside: str, after: str) -> None:
    text, entities = parse(f"{escape(before)}<b>{escape(inside)}</b>{escape(after)}")
    assert text == before + inside + after
    bold = {"type": "bold", "offset": utf16_length(before), "length": utf16_length(inside)}
    assert entities == ([bold] if inside else [])


@given(within_16_bits, st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30), st.sampled_from("biu"))))
def test_html_for_the_page_says_the_text_and_is_balanced(
    text: str, marks: list[tuple[int, int, str]]
) -> None:
    kinds = {"b": "bold", "i": "italic", "u": "underline"}
    entities = [{"type": kinds[kind], "offset": at, "length": length} for at, length, kind in marks]
    html = to_html(text, entities)
    for kind in kinds:
        assert html.count(f"<{kind}>") == html.count(f"</{kind}>")
        html = html.replace(f"<{kind}>", "").replace(f"</{kind}>", "")
    assert unescape(html) == text


@given(any_text)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cleaned(text, [])
    assert cleaned(*once) == once


TAGS = [
    # source, text, (type, offset, length) of each entity
    ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
    ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
    ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
    ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", n, 1) for n in range(3)]),
    ("<code>a</code>", "a", [("code", 0, 1)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    # outermost first, whatever closed first
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    # an astral character is two units long
    ("🏟<b>Đ</b>", "🏟Đ", [("bold", 2, 1)]),
    # upper case, spaces, an end tag without a name, an empty tag
    ("<B >a</b  >", "a", [("bold", 0, 1)]),
    ("<b>a</>", "a", [("bold", 0, 1)]),
    ("<b></b>a", "a", []),
    # references: four names and any number; all else stays as it is written
    ("&lt;&gt;&amp;&quot;&#272;&#x110;", '<>&"ĐĐ', []),
    ("&laquo; &#12345678; &amp", "&laquo; &#12345678; &", []),
]


@pytest.mark.parametrize(("source", "text", "entities"), TAGS)
def test_each_tag_becomes_its_entity(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found_text, found = parse(source)
    assert found_text == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


def test_a_code_block_knows_its_language() -> None:
    text, entities = parse('<pre><code class="language-python">x = 1</code></pre>')
    assert (text, entities) == ("x = 1", [{"type": "pre", "offset": 0, "length": 5, "language": "python"}])


def test_a_link_leads_where_it_says_and_nowhere_if_it_says_nonsense() -> None:
    assert parse("<a href='https://a.vn/?x=1&amp;y=2'>ở đây</a>")[1][0]["url"] == "https://a.vn/?x=1&y=2"
    assert parse("<a>a.vn</a>")[1][0]["url"] == "http://a.vn"
    assert parse('<a href="javascript:alert(1)">x</a>') == ("x", [])
    assert parse('<a href="tg://user?id=5">x</a>')[1][0]["user_id"] == 5


COMPLAINTS = [
    ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
    ("Đ <x>", 'Unsupported start tag "x" at byte offset 3'),
    ("3 < 5", 'Unsupported start tag "" at byte offset 2'),
    ("a<b", "Unclosed start tag at byte offset 1"),
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b>a</b ", "Unclosed end tag at byte offset 4"),
    ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<i   =a>", 'Empty attribute name in the tag "i" at byte offset 0'),
    ("<i a = ", 'Unclosed start tag "i" at byte offset 0'),
    ('<i a = "b>', "Unclosed start tag at byte offset 0"),
]


@pytest.mark.parametrize(("source", "complaint"), COMPLAINTS)
def test_wrong_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_crossing_entities_are_closed_and_opened_again() -> None:
    crossing = [{"type": "bold", "offset": 0, "length": 2}, {"type": "italic", "offset": 1, "length": 2}]
    assert to_html("abc", crossing) == "<b>a<i>b</i></b><i>c</i>"


def test_the_page_gets_no_html_out_of_a_text() -> None:
    html = to_html("<script>", with_found("<script>", []))
    assert html == "&lt;script&gt;"
    link = {"type": "text_link", "offset": 0, "length": 1, "url": 'https://a.vn/"><script>'}
    assert "<script>" not in to_html("a", [link])


def test_commands_addresses_and_mentions_are_found() -> None:
    text = "🏟 /hop@chibo_bot hỏi @lan_chibo ở https://a.vn/x."
    found = [(e["type"], e["offset"], e["length"]) for e in with_found(text, [])]
    assert found == [("bot_command", 3, 14), ("mention", 22, 10), ("url", 35, 14)]
    assert with_found("2/7 và/hoặc a@b.vn", []) == []


def test_white_space_around_goes_and_entities_move_along() -> None:
    bold = {"type": "bold", "offset": 0, "length": 6}
    assert cleaned("\n  ab  ", [bold]) == ("ab", [{"type": "bold", "offset": 0, "length": 2}])
    assert cleaned("  ", [bold]) == ("", [])
