"""Secrecy marks, putting a pasted text together, cutting it into messages, and words that confirm."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.notices import (
    LEAD,
    PART,
    SHORT,
    Piece,
    count_messages,
    find_secrecy,
    find_secrecy_in_name,
    joined,
    needs_document,
    pieces_of,
    says_studied,
    shorten,
    title_of,
)
from bot.rules.parts import units

BODY = "Các chi bộ tổ chức quán triệt trong tháng 3.\n" * 20

MARKED = [
    ("MẬT", "Mật"),  # a line of its own
    ("Tối mật", "Tối mật"),  # in any case
    ("*** TUYỆT MẬT ***", "Tuyệt mật"),  # decorated
    ("(Mật)", "Mật"),  # in brackets
    ("- Mật", "Mật"),  # as an item: better one refusal too many
    ("T Ố I  M Ậ T", "Tối mật"),  # spaced out, as on a stamp
    ("M\u200bẬT", "Mật"),  # with a character nobody sees in it
    ("MA\u0323\u0302T", "Mật"),  # composed of single marks, as some keyboards do
    ("toi mat", "Tối mật"),  # a line of its own without marks
    ("Độ mật: Mật", "Mật"),  # declared
    ("Mức độ mật : TUYỆT MẬT", "Tuyệt mật"),  # declared more fully
    ("do mat: toi mat", "Tối mật"),  # declared without marks
    ("TỈNH ỦY LÀO CAI\t\tMẬT", "Mật"),  # in the second column of the head
    ("TỈNH ỦY LÀO CAI     Tối mật", "Tối mật"),  # columns made of spaces
    ("Số 05-KH/TU (Tối mật)", "Tối mật"),  # behind the number
    ("KẾ HOẠCH MẬT", "Mật"),  # capitals in the head, a word of its own
    (BODY + "Độ mật: Tối mật", "Tối mật"),  # declared at the very end
    (BODY + "TUYỆT MẬT", "Tuyệt mật"),  # a line of its own at the very end
]

UNMARKED = [
    "Giữ gìn bí mật nhà nước là trách nhiệm của mỗi đảng viên",  # the ordinary word
    "Gắn bó mật thiết với nhân dân",  # mật thiết
    "Hội thi nuôi ong lấy mật ong rừng",  # mật ong
    "KẾ HOẠCH BẢO VỆ BÍ MẬT NHÀ NƯỚC",  # the ordinary word in capitals
    "ĐOÀN KẾT, GẮN BÓ MẬT THIẾT VỚI NHÂN DÂN",  # in capitals
    "BẢO MẬT THÔNG TIN CÁ NHÂN",  # bảo mật
    "MẬT ĐỘ DÂN SỐ CỦA XÃ",  # mật độ
    "Độ mật: Không",  # declared not to be
    "MẶT TRẬN TỔ QUỐC VIỆT NAM XÃ",  # another word altogether
    "Đổi mật khẩu tài khoản trước ngày 30",  # mật khẩu
    BODY + "Tài liệu đóng dấu MẬT phải nộp lại văn phòng",  # speaks of marks, far from the head
    "",
]

NAMES = [
    ("05-KH_MẬT.docx", "Mật"),
    ("ke-hoach-mat.docx", "Mật"),  # file names often have no marks
    ("MẬT Báo cáo quý I.pdf", "Mật"),  # what follows makes no other word of it
    ("(tuyet mat) phuong an.pdf", "Tuyệt mật"),
    ("phuong-an-TOIMAT.pdf", "Tối mật"),  # run together
    ("CV-12.Mật", "Mật"),  # after the last full stop
    ("mat-tran-to-quoc.docx", None),  # mặt trận
    ("danh sach co mat.xlsx", None),  # có mặt
    ("bao ve bi mat nha nuoc.pdf", None),  # bí mật
    ("quan hệ mật thiết với dân.docx", None),
    ("mat ong.doc", None),
    ("matrix.pdf", None),  # not a word of its own
]


@pytest.mark.parametrize(("text", "mark"), MARKED)
def test_a_marked_text_is_recognised(text: str, mark: str) -> None:
    assert find_secrecy(text) == mark


@pytest.mark.parametrize("text", UNMARKED)
def test_the_ordinary_word_is_no_mark(text: str) -> None:
    assert find_secrecy(text) is None


@pytest.mark.parametrize(("name", "mark"), NAMES)
def test_a_mark_in_a_file_name_counts_as_a_word(name: str, mark: str | None) -> None:
    assert find_secrecy_in_name(name) == mark


@pytest.mark.parametrize(
    ("typed", "confirms"),
    [
        ("đã đọc", True),
        ("Đã nghiên cứu.", True),
        ("da doc", True),  # without marks
        ("dạ em đã nghiên cứu xong rồi ạ", True),
        ("đọc xong rồi", True),
        ("read", True),
        ("chưa đọc", False),  # the opposite
        ("đã đọc chưa?", False),  # a question
        ("đọc", False),  # an order, or half a sentence
        ("đã đọc báo", False),  # something else was read
        ("không đọc được", False),
        ("", False),
    ],
)
def test_plain_words_confirm_only_when_they_say_so(typed: str, confirms: bool) -> None:
    assert says_studied(typed) is confirms


def test_the_title_is_the_first_line_with_something_in_it() -> None:
    assert title_of("\n  \n  Nâng cao  năng lực \nBí thư Tỉnh ủy") == "Nâng cao năng lực"
    assert title_of(" \n ") == ""


@given(st.text(min_size=1), st.integers(3, 60))
def test_a_shortened_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert units(shorten(text, limit)) <= limit


def test_pieces_sent_one_by_one_are_paragraphs() -> None:
    assert joined("Điều một.", "Điều hai.", after=9) == "Điều một.\n\nĐiều hai."


def test_a_paste_that_the_program_cut_goes_on_where_it_was_cut() -> None:
    assert joined("ban thường vụ", "cấp ủy", after=4090) == "ban thường vụ cấp ủy"
    assert joined("trong tháng.", "Điều hai.", after=4090) == "trong tháng.\nĐiều hai."


@given(st.text(alphabet="ab \n.ạ😀", max_size=9_000), st.lists(st.integers(1, 9), max_size=3))
def test_no_letter_and_no_file_is_lost_between_the_messages(text: str, files: list[int]) -> None:
    pieces = pieces_of(text, files)
    assert re.sub(r"\s", "", "".join(piece.text for piece in pieces)) == re.sub(r"\s", "", text)
    assert [piece.media_id for piece in pieces if piece.media_id] == files
    assert all(units(piece.text) <= PART for piece in pieces)
    assert len(pieces) == count_messages(text, len(files), as_parts=True)


def test_a_short_text_stands_in_the_caption_and_a_longer_one_before_the_file() -> None:
    assert pieces_of("Kính gửi các đồng chí.", [7]) == [Piece("Kính gửi các đồng chí.", 7)]
    assert pieces_of("", [7, 8]) == [Piece("", 7), Piece("", 8)]
    assert pieces_of("a" * (SHORT + 1), [7]) == [Piece("a" * (SHORT + 1)), Piece("", 7)]


def test_a_long_text_is_one_document_with_its_beginning_unless_it_is_to_go_in_parts() -> None:
    text = "Chỉ thị 05\n\n" + "Điều một. " * 500
    assert needs_document(text, as_parts=False) and not needs_document(text, as_parts=True)
    assert not needs_document("a" * PART, as_parts=False)
    first, file = pieces_of(text, [7], document=5, title="Chỉ thị 05")
    assert first.text.startswith("Điều một. ") and first.text.endswith("…") and units(first.text) <= LEAD
    assert (first.media_id, first.lead, file) == (5, True, Piece("", 7))
    assert count_messages(text, 1, as_parts=False) == 2
