"""A list taken into the register, once and again: what was is kept, what changed is changed, nothing else is."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func
from sqlmodel import col, select

from bot.actions import belonging, import_scope
from bot.actions.importing import Imported, import_list
from bot.roster import open_list
from bot.rules.words import MembershipKind, OrganisationKind, RoleName, Status
from db.models import Member, Membership, Organisation, Role, SQLModel, StatusPeriod
from db.session import Database

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
FIRST, LATER = date(2026, 3, 2), date(2026, 4, 6)
HEADER = [
    *("TT", "Mã đảng viên", "Họ và tên", "Số CCCD", "Dân tộc", "Chi bộ", "Chức vụ", "Tình trạng"),
    *("Điện thoại", "Chi bộ nơi cư trú", "Ghi chú"),
]
CITIZEN = "014190001234"
A, B = "Chi bộ thôn A", "Chi bộ thôn B"


def row(
    code: str, name: str, cell: str, *, role: str = "", status: str = "Chính thức", home: str = ""
) -> list[str]:
    return ["1", code, name, CITIZEN, "Hmông", cell, role, status, "", home, "ghi chú riêng"]


LAN = row("01", "Vàng Thị Lan", A, role="Bí thư")
MINH = row("02", "Lù Văn Minh", A, role="Phó bí thư")
HOA = row("03", "Sùng Thị Hoa", A)
DUNG = row("04", "Hoàng A Dũng", B, role="Bí thư chi bộ", status="Dự bị")
MAI = row("05", "Đặng Thị Mai", B, home=A)
PAO = row("06", "Vàng A Páo", B, status="Miễn công tác và sinh hoạt")
EVERYBODY = [LAN, MINH, HOA, DUNG, MAI, PAO]


@dataclass
class Office:
    """Writes lists and imports them."""

    database: Database
    folder: Path

    def workbook(self, *people: list[str], title: str = "ĐẢNG BỘ XÃ TẢ VAN") -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for each in ([title], [], HEADER, *people):
            sheet.append(each)
        path = self.folder / "danh-sach.xlsx"
        book.save(path)
        return path

    def text(self, *people: list[str]) -> Path:
        path = self.folder / "danh-sach.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *people])
        return path

    async def takes(self, path: Path, today: date = FIRST) -> Imported:
        async with self.database.write() as session:
            listing = open_list(path)
            scope = await import_scope.whole(session, listing, name=path.stem, on=today)
            return await import_list(session, listing, scope, now=NOW, today=today)

    async def counts(self) -> dict[str, int]:
        """How many rows each table has but the audit log, which every import adds to."""
        found = {}
        async with self.database.read() as session:
            for name, table in SQLModel.metadata.tables.items():
                found[name] = (await session.execute(select(func.count()).select_from(table))).scalar()
        del found["audit_entry"]
        return found

    async def history(
        self, code: str, kind: MembershipKind = MembershipKind.RECORD
    ) -> list[tuple[str, date, date | None]]:
        """The cells of a member, each with when it began and ended."""
        query = (
            select(col(Organisation.name), col(Membership.since), col(Membership.until))
            .join(Membership, col(Membership.cell_id) == Organisation.id)
            .join(Member, col(Member.id) == Membership.member_id)
            .where(Member.code == code, Membership.kind == kind)
            .order_by(col(Membership.since))
        )
        async with self.database.read() as session:
            return list((await session.exec(query)).all())

    async def roles(self) -> set[tuple[str | None, RoleName, str]]:
        """Who holds which role where, today."""
        query = (
            select(col(Member.code), col(Role.name), col(Organisation.name))
            .join(Role, col(Role.member_id) == Member.id)
            .join(Organisation, col(Organisation.id) == Role.organisation_id)
            .where(col(Role.until).is_(None))
        )
        async with self.database.read() as session:
            return set((await session.exec(query)).all())

    async def statuses(self, code: str) -> list[tuple[Status, date, date | None]]:
        query = (
            select(col(StatusPeriod.status), col(StatusPeriod.since), col(StatusPeriod.until))
            .join(Member, col(Member.id) == StatusPeriod.member_id)
            .where(Member.code == code)
            .order_by(col(StatusPeriod.since))
        )
        async with self.database.read() as session:
            return list((await session.exec(query)).all())

    async def organisations(self) -> dict[str, tuple[str, OrganisationKind]]:
        async with self.database.read() as session:
            return {o.code: (o.name, o.kind) for o in await session.exec(select(Organisation))}


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def numbers(done: Imported) -> tuple[int, int, int, int]:
    return done.added, done.changed, done.unchanged, done.refused


# ── the first time ─────────────────────────────────────────────────────────────────────────────────


async def test_a_list_makes_the_organisation_and_its_cells_with_codes_to_type(office: Office) -> None:
    done = await office.takes(office.workbook(*EVERYBODY))
    assert numbers(done) == (6, 0, 0, 0)
    assert (done.name, done.new_cells) == ("Đảng bộ xã Tả Van", [A, B])
    assert await office.organisations() == {
        "xa-ta-van": ("Đảng bộ xã Tả Van", OrganisationKind.COMMUNE),
        "thon-a": (A, OrganisationKind.CELL),
        "thon-b": (B, OrganisationKind.CELL),
    }


async def test_members_are_filed_with_cell_role_and_status(office: Office) -> None:
    await office.takes(office.workbook(*EVERYBODY))
    assert await office.history("03") == [(A, FIRST, None)]
    assert await office.roles() == {
        ("01", RoleName.SECRETARY, A),
        ("02", RoleName.DEPUTY, A),
        ("04", RoleName.SECRETARY, B),
    }
    assert await office.statuses("04") == [(Status.PROBATIONARY, FIRST, None)]
    assert await office.statuses("06") == [(Status.EXEMPT, FIRST, None)]


async def test_who_lives_elsewhere_is_registered_there_too(office: Office) -> None:
    await office.takes(office.workbook(*EVERYBODY))
    assert await office.history("05") == [(B, FIRST, None)]
    assert await office.history("05", MembershipKind.RESIDENTIAL) == [(A, FIRST, None)]


async def test_a_text_without_a_title_belongs_to_the_organisation_of_its_cells(office: Office) -> None:
    await office.takes(office.workbook(*EVERYBODY))
    before = await office.counts()
    done = await office.takes(office.text(*EVERYBODY))
    assert numbers(done) == (0, 0, 6, 0)
    assert (done.name, await office.counts()) == ("Đảng bộ xã Tả Van", before)


async def test_a_text_of_nobody_known_takes_its_own_name(office: Office) -> None:
    done = await office.takes(office.text(*EVERYBODY))
    assert (done.organisation and done.organisation.code, done.name) == ("danh-sach", "danh-sach")


async def test_two_communes_may_have_cells_of_the_same_name(office: Office) -> None:
    await office.takes(office.workbook(LAN, HOA))
    done = await office.takes(
        office.workbook(row("71", "Lê Quân", A, role="Bí thư"), title="ĐẢNG BỘ XÃ BẢN HỒ")
    )
    assert done.new_cells == [A]
    assert set(await office.organisations()) == {"xa-ta-van", "thon-a", "xa-ban-ho", "thon-a-2"}
    assert await office.roles() == {("01", RoleName.SECRETARY, A), ("71", RoleName.SECRETARY, A)}


async def test_who_lives_in_another_commune_is_registered_in_its_cell(office: Office) -> None:
    await office.takes(office.workbook(LAN, HOA))
    quan = row("71", "Lê Quân", "Chi bộ trường học", role="Bí thư", home=A)
    done = await office.takes(office.workbook(quan, title="ĐẢNG BỘ XÃ BẢN HỒ"))
    assert done.new_cells == ["Chi bộ trường học"]
    assert await office.history("71", MembershipKind.RESIDENTIAL) == [(A, FIRST, None)]


async def test_a_committee_and_a_cell_of_one_name_get_different_codes(office: Office) -> None:
    await office.takes(office.workbook(LAN, title="ĐẢNG BỘ THÔN A"))
    assert set(await office.organisations()) == {"thon-a", "thon-a-2"}


# ── again ──────────────────────────────────────────────────────────────────────────────────────────


async def test_the_same_list_again_changes_nothing(office: Office) -> None:
    await office.takes(office.workbook(*EVERYBODY))
    before = await office.counts()
    done = await office.takes(office.workbook(*EVERYBODY), LATER)
    assert numbers(done) == (0, 0, 6, 0)
    assert (done.new_cells, await office.counts()) == ([], before)


async def test_who_moves_ends_one_membership_and_begins_another(office: Office) -> None:
    await office.takes(office.workbook(*EVERYBODY))
    before = await office.counts()
    moved = row("03", "Sùng Thị Hoa", B)
    done = await office.takes(office.workbook(LAN, MINH, moved, DUNG, MAI, PAO), LATER)
    assert numbers(done) == (0, 1, 5, 0)
    assert await office.history("03") == [(A, FIRST, LATER), (B, LATER, None)]
    assert await office.counts() == {**before, "membership": before["membership"] + 1}


async def test_a_mistake_put_right_on_the_same_day_leaves_no_trace(office: Office) -> None:
    await office.takes(office.workbook(LAN, DUNG, HOA))
    before = await office.counts()
    await office.takes(office.workbook(LAN, DUNG, row("03", "Sùng Thị Hoa", B, status="Dự bị")))
    assert await office.history("03") == [(B, FIRST, None)]
    assert await office.statuses("03") == [(Status.PROBATIONARY, FIRST, None)]
    assert await office.counts() == before


async def test_a_role_passes_from_one_to_another(office: Office) -> None:
    await office.takes(office.workbook(LAN, MINH, HOA))
    lan, minh = row("01", "Vàng Thị Lan", A), row("02", "Lù Văn Minh", A, role="Bí thư")
    done = await office.takes(office.workbook(lan, minh, HOA), LATER)
    assert numbers(done) == (0, 2, 1, 0)
    assert await office.roles() == {("02", RoleName.SECRETARY, A)}


async def test_a_secretary_who_moves_to_lead_another_cell_leads_only_that_one(office: Office) -> None:
    await office.takes(office.workbook(LAN, HOA, DUNG))
    lan, dung = row("01", "Vàng Thị Lan", B, role="Bí thư"), row("04", "Hoàng A Dũng", B, status="Dự bị")
    await office.takes(office.workbook(lan, HOA, dung), LATER)
    assert await office.roles() == {("01", RoleName.SECRETARY, B)}


async def test_a_role_in_the_committee_is_not_the_lists_to_take(office: Office) -> None:
    done = await office.takes(office.workbook(LAN, HOA))
    async with office.database.write() as session:
        hoa = (await session.exec(select(Member).where(Member.code == "03"))).one()
        top = done.top.id
        session.add(Role(member_id=hoa.id or 0, organisation_id=top, name=RoleName.SECRETARY, since=FIRST))
    again = await office.takes(office.workbook(LAN, HOA), LATER)
    assert numbers(again) == (0, 0, 2, 0)
    assert ("03", RoleName.SECRETARY, "Đảng bộ xã Tả Van") in await office.roles()


async def test_a_status_ends_when_another_begins(office: Office) -> None:
    await office.takes(office.workbook(LAN, DUNG))
    done = await office.takes(office.workbook(LAN, row("04", "Hoàng A Dũng", B, role="Bí thư")), LATER)
    assert numbers(done) == (0, 1, 1, 0)
    assert await office.statuses("04") == [
        (Status.PROBATIONARY, FIRST, LATER),
        (Status.OFFICIAL, LATER, None),
    ]


async def test_a_listed_status_takes_the_place_of_one_that_was_planned(office: Office) -> None:
    await office.takes(office.workbook(LAN, DUNG))
    async with office.database.write() as session:
        dung = (await session.exec(select(Member).where(Member.code == "04"))).one()
        await belonging.set_status(session, dung.id or 0, Status.OFFICIAL, since=date(2026, 5, 1))
    exempt = row("04", "Hoàng A Dũng", B, role="Bí thư", status="Miễn công tác và sinh hoạt")
    await office.takes(office.workbook(LAN, exempt), LATER)
    assert await office.statuses("04") == [
        (Status.PROBATIONARY, FIRST, LATER),
        (Status.EXEMPT, LATER, None),
    ]


async def test_who_no_longer_lives_there_is_no_longer_registered_there(office: Office) -> None:
    await office.takes(office.workbook(*EVERYBODY))
    await office.takes(office.workbook(LAN, DUNG, row("05", "Đặng Thị Mai", B)), LATER)
    assert await office.history("05", MembershipKind.RESIDENTIAL) == [(A, FIRST, LATER)]
    assert await office.history("05") == [(B, FIRST, None)]


async def test_a_corrected_name_is_taken_over(office: Office) -> None:
    await office.takes(office.workbook(LAN, HOA))
    done = await office.takes(office.workbook(LAN, row("03", "Sùng Thị Hòa", A)))
    async with office.database.read() as session:
        names = set((await session.exec(select(Member.name))).all())
    assert (numbers(done), names) == ((0, 1, 1, 0), {"Vàng Thị Lan", "Sùng Thị Hòa"})


async def test_who_is_missing_from_a_later_list_stays(office: Office) -> None:
    await office.takes(office.workbook(*EVERYBODY))
    before = await office.counts()
    done = await office.takes(office.workbook(LAN, DUNG), LATER)
    assert numbers(done) == (0, 0, 2, 0)
    assert await office.history("03") == [(A, FIRST, None)]
    assert await office.counts() == before


async def test_who_had_left_and_is_listed_again_counts_as_added(office: Office) -> None:
    await office.takes(office.workbook(LAN, HOA))
    async with office.database.write() as session:
        for held in await session.exec(select(Membership)):
            held.until = date(2026, 3, 20)
            session.add(held)
    done = await office.takes(office.workbook(LAN, HOA), LATER)
    assert numbers(done) == (2, 0, 0, 0)
    assert await office.history("03") == [(A, FIRST, date(2026, 3, 20)), (A, LATER, None)]


# ── what is not taken ──────────────────────────────────────────────────────────────────────────────


def bad_rows() -> Iterator[tuple[list[str], str]]:
    yield row("03", "Sùng Thị Hoa", "Chi bộ thôn Á"), "unknown_cell"
    yield row("03", "Sùng Thị Hoa", A, status="đã nghỉ"), "unknown_status"
    yield row("01", "Sùng Thị Hoa", A), "duplicate_code"
    yield row("", "Sùng Thị Hoa", A), "missing"


@pytest.mark.parametrize(("bad", "key"), list(bad_rows()))
async def test_a_bad_row_is_reported_with_its_number_and_the_good_ones_are_kept(
    office: Office, bad: list[str], key: str
) -> None:
    done = await office.takes(office.workbook(LAN, bad, DUNG))
    assert [(p.row, p.key, p.kept) for p in done.problems] == [(5, key, False)]
    assert (done.rows, numbers(done)) == (3, (2, 0, 0, 1))
    assert {code for code, _, _ in await office.roles()} == {"01", "04"}


async def test_a_row_with_a_doubtful_field_is_kept_and_reported(office: Office) -> None:
    done = await office.takes(office.workbook(LAN, row("03", "Sùng Thị Hoa", A, home="Chi bộ nào đó")))
    assert [(p.row, p.key, p.kept) for p in done.problems] == [(5, "unknown_residential_cell", True)]
    assert numbers(done) == (2, 0, 0, 0)


async def test_columns_we_must_not_keep_are_nowhere_in_the_database(office: Office) -> None:
    done = await office.takes(office.workbook(*EVERYBODY))
    assert done.dropped_columns == ("Số CCCD", "Dân tộc", "Ghi chú")
    kept = await dump(office.database)
    assert "Sùng Thị Hoa" in kept
    assert not any(secret in kept for secret in (CITIZEN, "Hmông", "ghi chú riêng"))


async def dump(database: Database) -> str:
    """Every value of every table, and with SQLite every byte of the files as well."""
    said = []
    async with database.read() as session:
        for table in SQLModel.metadata.tables.values():
            said += [str(tuple(each)) for each in await session.execute(select(table))]
    if database.sqlite:
        path = Path(database.url.database or "")
        files = [each for each in path.parent.glob(f"{path.name}*") if each.is_file()]
        said += [each.read_bytes().decode("utf-8", "replace") for each in files]
    return "\n".join(said)
