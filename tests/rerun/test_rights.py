"""Each right that was put into the database, or changed there, without an entry is named: of covers, proposed roles,
second factors, bars, restricted cases, break glass, reviews of looks and requests for a part.
"""

from typing import Any

import pytest

from engine.base.database import Database
from engine.commands import asking_for_parts, setting_covers
from engine.rerun.authority_rerunning import rerun_authorities
from engine.tables import (
    Bar,
    BrokenGlass,
    CodeApp,
    Cover,
    LookReview,
    NamedAccount,
    PartRequest,
    Passkey,
    ProposedRole,
    RecoveryCode,
    RestrictedCase,
    Restriction,
    Table,
)
from tests.builders import DAY, HERE, MONDAY, Authority, authority, case_at, child, refer
from tests.engine.commands.calls import ASKED
from tests.engine.commands.calls_of_keeping import asks_to_end, breaks_glass, restricts
from tests.engine.commands.calls_of_looks import reviews
from tests.engine.commands.calls_of_people import A_WEEK, proposed
from tests.engine.commands.calls_of_signing_in import adds_passkey, has_app
from tests.engine.commands.joining import same
from tests.rerun.tampering import changed
from tests.rerun.test_authorities import added, said

GONE: dict[str, Any] = {}
CHANGED: list[tuple[type[Table], dict[str, Any], str]] = [
    (Cover, {"held_until": MONDAY + 90 * DAY}, ": held_until: recorded 2026"),
    (Cover, {"covering_id": "auditor.1"}, ": covering_id: recorded auditor.1"),
    (Cover, GONE, ": recorded nothing, re-run several values"),
    (ProposedRole, {"role": "administrator"}, ": role: recorded administrator, re-run auditor"),
    (ProposedRole, {"proposed_by": "auditor.1"}, ": proposed_by: recorded auditor.1"),
    (CodeApp, GONE, "app of auditor.1: recorded nothing"),
    (CodeApp, {"confirmed_at": MONDAY - DAY}, "app of auditor.1: since: recorded 2026"),
    (Passkey, {"account_id": "social_worker.1"}, ": account_id: recorded social_worker.1, re-run auditor.1"),
    (Passkey, GONE, ": recorded nothing, re-run several values"),
    (Bar, GONE, ": recorded nothing, re-run several values"),
    (Bar, {"ended_at": MONDAY, "ended_by": "administrator.1"}, ": ended_at: recorded 2026"),
    (Bar, {"account_id": "auditor.1"}, ": account_id: recorded auditor.1"),
    (Bar, {"ending_asked_by": "auditor.1"}, ": ending_asked_by: recorded auditor.1"),
    (Bar, {"reason": "Another"}, ": why differs (it is about a person"),
    (Restriction, {"ended_at": MONDAY}, ": ended_at: recorded 2026"),
    (BrokenGlass, {"until": MONDAY + 90 * DAY}, ": until: recorded 2026"),
    (
        BrokenGlass,
        {"reviewed_by": "privacy_officer.1", "verdict": "right"},
        ": verdict: recorded right",
    ),
    (BrokenGlass, GONE, ": recorded nothing, re-run several values"),
    (LookReview, {"verdict": "right"}, ": verdict: recorded right, re-run wrong"),
    (LookReview, GONE, ": recorded nothing, re-run several values"),
    (PartRequest, {"decided_at": MONDAY}, ": decided_at: recorded 2026"),
    (PartRequest, {"given_name": "Another"}, ": given_name differs (it is about a person"),
]


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def test_whatever_is_changed_of_a_right_without_an_entry_is_named(world: Authority) -> None:
    """Beside what the builder of the test put there itself, which is named in every answer."""
    database, case = world.database, case_at(authority=world)
    setting_covers.set_cover(database, world.actor("social_worker"), MONDAY, "social_worker.1", A_WEEK)
    proposed(world)
    has_app(world)
    adds_passkey(world, case)()
    restriction = restricts(world, case)
    breaks_glass(world, case)
    reviews(world, case)()
    asks_to_end(world, case)
    asking_for_parts.ask_for_part(database, world.actor("education_practitioner"), MONDAY, ASKED, "sent")
    by_builder = said(database)
    missed: list[tuple[str, str]] = []
    for table, values, words in CHANGED:
        with changed(database, table, **values):
            found = [one for one in said(database) if one not in by_builder]
        if not any(words in one for one in found) or any("Another" in one for one in found):
            missed.append((table.__tablename__, words))
    assert missed == []
    for table, row, name in (
        (
            NamedAccount,
            {"restriction_id": restriction, "account_id": "auditor.1"},
            f"named account {restriction} auditor.1",
        ),
        (RecoveryCode, {"account_id": "auditor.1", "digest": "mine"}, "recovery codes of auditor.1"),
    ):
        with added(database, table, **row):
            assert [one.partition(":")[0] for one in said(database) if one not in by_builder] == [name]
    lost: list[tuple[type[Table], Any]] = [
        (NamedAccount, NamedAccount.account_id == "social_worker.1"),
        (RestrictedCase, RestrictedCase.case_id == case),
    ]
    for table, which in lost:
        with changed(database, table, which):
            assert [one for one in said(database) if one not in by_builder]
    assert said(database) == by_builder


def test_a_restriction_that_a_join_brought_is_no_difference_and_its_loss_is_one(world: Authority) -> None:
    older = refer(authority=world, children=[child()]).cases[0]
    newer = refer(authority=world, children=[child()], now=MONDAY + DAY / 24).cases[0]
    restricts(world, newer, "social_worker.1", "team_manager.1")
    same(world, newer, older)
    restricted = [one for one in said(world.database) if one.startswith("restricted case")]
    assert restricted == []
    with changed(world.database, RestrictedCase, RestrictedCase.case_id == older):
        lost = [one for one in said(world.database) if one.startswith("restricted case")]
    assert [": recorded nothing, re-run several values" in one for one in lost] == [True]
    assert [one.authority for one in rerun_authorities(world.database)] == [HERE]
