"""What a dry run says is what the import then does; duplicates are asked about; files bring back what they took."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from bot.actions import exporting, import_scope
from bot.actions.importing import Imported, import_list
from bot.errors import BadInput
from bot.roster import open_list
from bot.roster_written import FileKind, people_file, report_file, write_template
from bot.rules.roster_plan import Outcome, Planned
from bot.rules.roster_words import guarded, unguarded
from bot.rules.words import AuditVerb, MembershipKind, OrganisationKind
from db.models import AuditEntry, Member, Membership, Organisation, OrganisationPeriod, SQLModel
from db.session import Database
from tests.office import opened

NOW, TODAY = datetime(2026, 3, 2, 1, 5, tzinfo=UTC), date(2026, 3, 2)
HEADER = [
    *("Mã đảng viên", "Họ và tên", "Chi bộ", "Mã tổ chức", "Chức vụ", "Tình trạng"),
    *("Điện thoại", "Chi bộ nơi cư trú", "Số CCCD"),
]
A, B = "Chi bộ thôn A", "Chi bộ thôn B"


def row(code: str, name: str, cell: str = A, **more: str) -> list[str]:
    said = {"cell_code": "", "role": "", "status": "Chính thức", "phone": "", "home": ""} | more
    rest = (said["cell_code"], said["role"], said["status"], said["phone"], said["home"])
    return [code, name, cell, *rest, "014190001234"]


LAN = row("01", "Vàng Thị Lan", role="Bí thư", phone="0912345678")
HOA = row("03", "Sùng Thị Hoa", home=B)
DUNG = row("04", "Hoàng A Dũng", B, role="Bí thư", status="Dự bị")


@dataclass
class Desk:
    """Takes lists, and tells what was said of each row."""

    database: Database
    folder: Path

    def workbook(self, *rows: list[str], header: list[str] = HEADER) -> Path:
        book = Workbook()
        assert book.active is not None
        for each in (["ĐẢNG BỘ XÃ TẢ VAN"], header, *rows):
            book.active.append(each)
        book.save(self.folder / "ds.xlsx")
        return self.folder / "ds.xlsx"

    async def takes(self, path: Path, **how: Any) -> tuple[Imported, list[Planned]]:
        """Imports a file."""
        said: list[Planned] = []
        async with self.database.write() as session:
            listing = open_list(path)
            scope = await import_scope.whole(session, listing, name=path.stem, on=TODAY)
            done = await import_list(session, listing, scope, now=NOW, today=TODAY, each=said.extend, **how)
        return done, said

    async def tries(self, path: Path, **how: Any) -> tuple[Imported, list[Planned]]:
        """Lets a dry run tell what an import would do, in a session that could not even write."""
        said: list[Planned] = []
        async with self.database.read() as session:
            listing = open_list(path)
            scope = await import_scope.whole(session, listing, name=path.stem, on=TODAY)
            how |= {"dry": True, "each": said.extend}
            done = await import_list(session, listing, scope, now=NOW, today=TODAY, **how)
        return done, said

    async def exports(self, kind: FileKind) -> Path:
        path = self.folder / f"export.{kind}"
        async with self.database.read() as session:
            top = (await session.exec(select(Organisation).where(Organisation.kind == "commune"))).one()
            with people_file(path, kind, "vi") as write:
                async for some in exporting.list_people(session, top, on=TODAY, language="vi"):
                    write(some)
        return path

    async def everything(self) -> list[str]:
        """Every row of every table."""
        async with self.database.read() as session:
            tables = SQLModel.metadata.sorted_tables
            return [str(tuple(each)) for t in tables for each in await session.execute(select(t))]

    async def names(self) -> dict[str | None, str]:
        async with self.database.read() as session:
            return {member.code: member.name for member in await session.exec(select(Member))}


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def keys(said: list[Planned]) -> list[tuple[str, Outcome, list[str]]]:
    return [(one.line.texts["code"], one.outcome, [p.key for p in one.problems]) for one in said]


# ── a dry run and the import ───────────────────────────────────────────────────────────────────────

LATER_LISTS = {
    "the same": [LAN, HOA, DUNG],
    "a swap of cells and roles": [
        row("01", "Vàng Thị Lan", B),
        row("03", "Sùng Thị Hoa", role="Bí thư"),
        LAN,
    ],
    "new people, a new cell": [
        *(row(f"9{n}", f"Lý Văn {n}", "Chi bộ thôn C", role="Bí thư") for n in range(3))
    ],
    "somebody who goes, and a namesake who comes": [row("03", "Sùng Thị Hoa", B), row("99", "Sùng Thị Hoa")],
    "corrections": [row("01", "Vàng Thị Làn", phone="+84 99 888 7766"), row("04", "Hoàng A Dũng", B, home=A)],
    "trouble": [row("", "Ai"), row("01", "Lan", status="nghỉ"), row("05", "Bé", "Chi bộ lạ"), HOA, HOA],
}


@pytest.mark.parametrize("add_alike", [False, True])
@pytest.mark.parametrize("later", LATER_LISTS)
async def test_a_dry_run_says_what_the_import_does_and_writes_nothing(
    desk: Desk, later: str, add_alike: bool
) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    path, before = desk.workbook(*LATER_LISTS[later]), await desk.everything()
    tried, said = await desk.tries(path, add_alike=add_alike)
    assert await desk.everything() == before
    done, then = await desk.takes(path, add_alike=add_alike)
    assert said == then
    assert [(one.outcome, one.changes) for one in said] == [(one.outcome, one.changes) for one in then]
    same = ("added", "changed", "unchanged", "refused", "alike", "doubtful", "new_cells", "dropped_columns")
    assert [getattr(tried, name) for name in same] == [getattr(done, name) for name in same]
    if not done.alike:
        _, again = await desk.takes(path, add_alike=add_alike)
        assert {one.outcome for one in again} <= {Outcome.UNCHANGED, Outcome.REFUSED}


async def test_a_change_is_told_with_what_was_and_what_will_be(desk: Desk) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    _, said = await desk.tries(desk.workbook(row("03", "Sùng Thị Hòa", B, status="Dự bị")))
    assert [(c.column, c.old, c.new) for c in said[0].changes] == [
        ("name", "Sùng Thị Hoa", "Sùng Thị Hòa"),
        ("cell", A, B),
        ("status", "official", "probationary"),
        ("residential_cell", B, ""),
    ]


async def test_a_column_the_list_does_not_have_is_left_as_it_is(desk: Desk) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    short = [[each[0], each[1], each[2], each[5]] for each in (LAN, HOA, DUNG)]
    path = desk.workbook(*short, header=["Mã đảng viên", "Họ và tên", "Chi bộ", "Tình trạng"])
    done, _ = await desk.takes(path)
    assert (done.changed, done.unchanged) == (0, 3)


async def test_a_telephone_number_nobody_can_read_leaves_the_old_one(desk: Desk) -> None:
    await desk.takes(desk.workbook(LAN))
    done, said = await desk.takes(desk.workbook([*LAN[:6], "hỏi anh Dũng", "", ""]))
    assert (done.unchanged, keys(said)) == (1, [("01", Outcome.UNCHANGED, ["unreadable_phone"])])


async def test_an_import_leaves_an_entry_in_the_audit_log_and_new_cells_a_first_day(desk: Desk) -> None:
    await desk.tries(desk.workbook(LAN, HOA, DUNG))
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    async with desk.database.read() as session:
        (entry,) = (await session.exec(select(AuditEntry))).all()
        periods = (await session.exec(select(OrganisationPeriod))).all()
    assert (entry.verb, entry.count, entry.actor_id) == (AuditVerb.IMPORTED, 3, None)
    assert {(period.name, period.since) for period in periods} == {
        ("Đảng bộ xã Tả Van", TODAY), (A, TODAY), (B, TODAY),
    }  # fmt: skip


# ── who may be whom ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "spelling", ["SÙNG THỊ HOA", " sùng  thị hoa", unicodedata.normalize("NFD", "Sùng Thị Hoa")]
)
async def test_the_name_of_a_member_under_another_code_is_asked_about(desk: Desk, spelling: str) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    done, said = await desk.takes(desk.workbook(row("99", spelling)))
    assert keys(said) == [("99", Outcome.REFUSED, ["maybe_same"])]
    assert (done.alike, said[0].problems[0].values) == (1, {"name": "Sùng Thị Hoa", "code": "03"})
    assert "99" not in await desk.names()
    done, said = await desk.takes(desk.workbook(row("99", spelling)), add_alike=True)
    assert (done.added, keys(said)) == (1, [("99", Outcome.ADDED, ["maybe_same"])])


async def test_a_member_without_a_code_is_asked_about_and_not_given_one(desk: Desk) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    async with desk.database.write() as session:
        cell = (await session.exec(select(Organisation).where(Organisation.name == A))).one()
        member = Member(name="Giàng A Páo")
        session.add(member)
        await session.flush()
        session.add(
            Membership(member_id=member.id or 0, cell_id=cell.id, kind=MembershipKind.RECORD, since=TODAY)
        )
    _, said = await desk.takes(desk.workbook(row("50", "Giàng A Páo")))
    assert keys(said) == [("50", Outcome.REFUSED, ["maybe_same"])]
    assert (await desk.names())[None] == "Giàng A Páo"


async def test_a_telephone_number_somebody_has_is_asked_about_once(desk: Desk) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    path = desk.workbook(row("05", "Lý Văn Minh", phone="0912 345 678"))
    assert keys((await desk.takes(path))[1]) == [("05", Outcome.ADDED, ["phone_of"])]
    assert keys((await desk.takes(path))[1]) == [("05", Outcome.UNCHANGED, [])]


async def test_a_name_written_otherwise_is_no_change(desk: Desk) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    spelt = unicodedata.normalize("NFD", "SÙNG THỊ  HOA")
    done, _ = await desk.takes(desk.workbook(row("03", spelt, home=B)))
    assert (done.changed, done.unchanged) == (0, 1)


# ── cells by their code ────────────────────────────────────────────────────────────────────────────


async def test_a_cell_is_found_by_its_code_before_its_name(desk: Desk) -> None:
    await desk.takes(desk.workbook([*LAN[:3], "TC-01", *LAN[4:]], DUNG))
    _, said = await desk.takes(desk.workbook(row("07", "Lý Văn Minh", "Chi bộ tên cũ", cell_code="tc-01")))
    assert (said[0].outcome, said[0].person.cell) == (Outcome.ADDED, A)
    _, said = await desk.takes(desk.workbook(row("08", "Lý Văn Sơn", A, cell_code="TC-77")))
    assert keys(said) == [("08", Outcome.REFUSED, ["unknown_cell_code"])]


async def test_a_known_cell_gets_its_code_from_the_row_of_its_secretary(desk: Desk) -> None:
    await desk.takes(desk.workbook(LAN, HOA, DUNG))
    done, _ = await desk.takes(
        desk.workbook([*LAN[:3], "TC-01", *LAN[4:]], row("09", "Lý A Sử", cell_code="TC-01"))
    )
    assert (done.new_cells, done.added) == ([], 1)
    async with desk.database.read() as session:
        cell = (await session.exec(select(Organisation).where(Organisation.name == A))).one()
    assert cell.official_code == "TC-01"


async def test_a_list_that_could_be_of_two_communes_is_refused(desk: Desk) -> None:
    async with desk.database.write() as session:
        for n in (1, 2):
            above = Organisation(code=f"x{n}", name=f"Đảng bộ xã {n}", kind=OrganisationKind.COMMUNE)
            session.add(above)
            await session.flush()
            session.add(Organisation(code=f"a{n}", name=A, kind=OrganisationKind.CELL, parent_id=above.id))
    path = desk.folder / "ds.csv"
    path.write_text("\n".join(",".join(each) for each in (HEADER, HOA)), "utf-8")
    with pytest.raises(BadInput, match="list_of_several"):
        await desk.takes(path)


# ── files ──────────────────────────────────────────────────────────────────────────────────────────

FORMULAS = [
    *(f"{sign}{rest}" for sign in "=+-@" for rest in ("1+1", "cmd|' /C calc'!A0", "SUM(A1:A9)", "A1", "2", "x y")),
    *(f"{space}={rest}" for space in ("\t", "\r", "\n", " ", "\u200b") for rest in ("1+1", "A1", "SUM(A1)")),
    *("=HYPERLINK(\"http://x\",\"Bấm\")", "=IMPORTXML(\"http://x\",\"//a\")", "=WEBSERVICE(\"http://x\")"),
    *("=DDE(\"cmd\";\"/C calc\";\"x\")", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1+cmd|' /C calc'!A0", "-2+3+cmd|x!A0"),
    *("'=1+1", "''", "'", "'Hen Niê", "＝1+1", "＋1", "－1", "＠A1", "0001", "00", "1E5", "TRUE", "#N/A!", "%0A=1"),
    *("<b>Lý</b> & Sùng", "{{ 7*7 }}", "\u202e=1+1", "=1+1\u202c", "Sao ⭐", "a;b", 'a"b', "a,b", "a\\b"),
]  # fmt: skip


@contextmanager
def no_formulas(path: Path) -> Iterator[None]:
    yield
    for sheet in load_workbook(path).worksheets:
        assert not [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


@pytest.mark.parametrize("kind", list(FileKind))
async def test_whatever_is_in_a_field_comes_back_as_it_was(desk: Desk, kind: FileKind) -> None:
    assert len(FORMULAS) >= 60
    people = [row(f"00{n}", name) for n, name in enumerate(FORMULAS)]
    done, _ = await desk.takes(desk.workbook(LAN, HOA, DUNG, *people, row("+7", "Ai", "=1+1", role="Bí thư")))
    assert done.refused == 0
    path = await desk.exports(kind)
    if kind is FileKind.XLSX:
        with no_formulas(path):
            pass
    else:
        assert not [line for line in path.read_text("utf-8-sig").splitlines() if line[:1] in "=+-@"]
        assert all(f",{sign}" not in path.read_text("utf-8") for sign in "=+-@")
    before = await desk.names()
    again, said = await desk.takes(path)
    assert (again.unchanged, [one for one in said if one.changes]) == (done.added, [])
    assert await desk.names() == before


async def test_a_report_holds_the_rows_as_read_and_no_formula(desk: Desk) -> None:
    path = desk.workbook(
        LAN, *(row(f"0{n}", name) for n, name in enumerate(FORMULAS)), row("x", "Y", status="?")
    )
    _, said = await desk.tries(path)
    listing, report = open_list(path), desk.folder / "report.xlsx"
    with no_formulas(report), report_file(report, listing.columns, "vi") as write:
        write(said)
    rows = list(load_workbook(report).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("Dòng", *HEADER[:-1], "Kết quả", "Lý do / thay đổi")
    assert (rows[1][0], rows[1][-2]) == ("3", "thêm")
    assert rows[-1][-2] == "chưa nhận" and "Không rõ tình trạng «?»" in str(rows[-1][-1])
    assert not any("014190001234" in str(value) for each in rows for value in each)


@pytest.mark.parametrize("kind", list(FileKind))
def test_libreoffice_calculates_nothing_in_a_list(tmp_path: Path, kind: FileKind) -> None:
    path = tmp_path / f"ds.{kind}"
    with people_file(path, kind, "vi") as write:
        write({"code": f"00{n}", "name": name} for n, name in enumerate(FORMULAS))
    shown = opened(path, "xlsx")
    with no_formulas(shown):
        rows = list(load_workbook(shown).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert len(rows) >= len(FORMULAS)
    assert not any(
        isinstance(value, str) and value.startswith("#") and value not in FORMULAS
        for r in rows
        for value in r
    )


@given(st.text(max_size=12))
def test_a_guarded_field_is_no_formula_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


@pytest.mark.parametrize("kind", list(FileKind))
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_an_empty_list_can_be_read_and_its_sample_is_not_taken(
    desk: Desk, kind: FileKind, language: str
) -> None:
    path = desk.folder / f"mau.{kind}"
    write_template(path, kind, language)
    _, said = await desk.tries(path)
    assert keys(said) == [("MAU-000", Outcome.REFUSED, ["sample"])]
    if kind is FileKind.XLSX:
        sheets = load_workbook(path).worksheets
        assert sheets[0].freeze_panes == "A2" and sheets[1].max_row == 10
