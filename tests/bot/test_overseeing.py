"""`chibo audit` and `chibo purge`: what an operator sees, which is never a name."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.words import AuditVerb, OrganisationKind, RoleName
from db.models import AuditEntry, Member, Organisation, Update, UpdateState
from tests.bot.conftest import Operator

NOW = datetime.now(UTC)


def _stores_entries(operator: Operator) -> None:
    operator.stores(
        Organisation(id=1, code="xa", name="Đảng bộ xã", kind=OrganisationKind.COMMUNE),
        Organisation(id=2, code="a", name="Chi bộ A", kind=OrganisationKind.CELL, parent_id=1),
        Organisation(id=3, code="khac", name="Đảng bộ khác", kind=OrganisationKind.COMMUNE),
        Member(id=7, name="Sùng Thị Hoa", code="DV-7"),
        AuditEntry(
            id=2,
            at=NOW,
            actor_id=5,
            role=RoleName.OFFICER,
            verb=AuditVerb.READ_MEMBER,
            member_id=7,
            organisation_id=2,
        ),
        AuditEntry(id=1, at=NOW - timedelta(days=3), verb=AuditVerb.PURGED, count=12, organisation_id=3),
    )


def test_the_log_is_shown_newest_first_without_a_name(migrated: Operator) -> None:
    _stores_entries(migrated)
    said = migrated.types("audit").text
    assert said.index("looked at a person") < said.index("purged old data")
    assert "#7" in said and "#5" in said and "12" in said
    assert "Hoa" not in said and "Chi bộ" not in said


def test_the_log_is_narrowed_by_organisation_member_day_and_number(migrated: Operator) -> None:
    _stores_entries(migrated)
    assert "purged" not in migrated.types("audit", "--org", "xa").text
    assert "looked at a person" in migrated.types("audit", "--org", "xa").text
    assert "purged" not in migrated.types("audit", "--member", "DV-7").text
    assert "purged" not in migrated.types("audit", "--member", "#7").text
    yesterday = (NOW - timedelta(days=1)).date().isoformat()
    assert "purged" not in migrated.types("audit", "--since", yesterday).text
    assert "purged" not in migrated.types("audit", "--limit", "1").text


def test_what_is_asked_wrongly_is_refused_in_a_sentence(migrated: Operator) -> None:
    assert "✗ --since takes a day such as 2026-12-31." in migrated.types("audit", "--since", "hôm qua").text
    assert "✗ No member has the code DV-9" in migrated.types("audit", "--member", "DV-9").text
    assert "No organisation has the code" in migrated.types("audit", "--org", "không").text


def test_a_purge_can_be_tried_first_and_is_an_entry(migrated: Operator) -> None:
    old = NOW - timedelta(days=31)
    migrated.stores(Update(bot=1, update_id=1, payload="{}", state=UpdateState.FAILED, received_at=old))
    tried = migrated.types("purge", "--dry-run").text
    assert "failed updates" in tried and "Would go" in tried
    assert migrated.finds("SELECT count(*) FROM inbox") == [(1,)]
    assert "Gone" in migrated.types("purge").text
    assert migrated.finds("SELECT count(*) FROM inbox") == [(0,)]
    assert migrated.finds("SELECT verb, count, actor_id FROM audit_entry") == [("purged", 1, None)]


def test_a_purge_goes_by_the_days_of_the_setting(migrated: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    old = NOW - timedelta(days=31)
    migrated.stores(Update(bot=1, update_id=1, payload="{}", state=UpdateState.FAILED, received_at=old))
    monkeypatch.setenv("CHIBO_RETENTION", "failed_updates=32")
    migrated.types("purge")
    assert migrated.finds("SELECT count(*) FROM inbox") == [(1,)]
    monkeypatch.setenv("CHIBO_RETENTION", "failed_updates=9")
    assert " 9 " in migrated.types("purge").text
    assert migrated.finds("SELECT count(*) FROM inbox") == [(0,)]
