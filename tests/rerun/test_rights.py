"""Each right that was put into the database, or changed there, without an entry is named: who may, who is kept out,
what was signed, and how long something is kept.
"""

from typing import Any

import pytest

from engine.base.database import Database
from engine.commands import asking_for_parts, setting_covers
from engine.rerun.authority_rerunning import rerun_authorities
from engine.tables import (
    AgreementText,
    Bar,
    BrokenGlass,
    CodeApp,
    ConductSignature,
    Cover,
    LegalHold,
    LookReview,
    NamedAccount,
    OrganisationSignature,
    PartRequest,
    Passkey,
    ProposedRole,
    ProviderLink,
    RecoveryCode,
    RestrictedCase,
    Restriction,
    RetentionRule,
    Table,
)
from tests.builders import DAY, HERE, MONDAY, Authority, authority, case_at, child, refer
from tests.engine.commands.calls import ASKED
from tests.engine.commands.calls_of_keeping import asks_to_end, breaks_glass, restricts
from tests.engine.commands.calls_of_looks import reviews
from tests.engine.commands.calls_of_people import A_WEEK, proposed
from tests.engine.commands.calls_of_retention import holds, rules
from tests.engine.commands.calls_of_signing_in import adds_passkey, agrees, has_app, links_by_address, notes_signed
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
    (ProviderLink, {"subject": "another"}, "single sign-on of social_worker.1: subject: recorded another"),
    (ProviderLink, GONE, "single sign-on of social_worker.1: recorded nothing"),
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
    (RetentionRule, {"years": 99}, ": years: recorded 99, re-run 6"),
    (RetentionRule, GONE, ": recorded nothing, re-run several values"),
    (LegalHold, {"lifted_at": MONDAY, "lifted_by": "auditor.1"}, ": lifted_at: recorded 2026"),
    (LegalHold, GONE, ": recorded nothing, re-run several values"),
    (PartRequest, {"decided_at": MONDAY}, ": decided_at: recorded 2026"),
    (PartRequest, {"given_name": "Another"}, ": given_name differs (it is about a person"),
]


@pytest.fixture
def world(database: Database) -> Authority:
    return authority(database=database)


def _one_of_each(world: Authority, case: str) -> str:
    """Gives the restriction."""
    setting_covers.set_cover(world.database, world.actor("social_worker"), MONDAY, "social_worker.1", A_WEEK)
    proposed(world)
    has_app(world)
    adds_passkey(world, case)()
    links_by_address(world, case)()
    restriction = restricts(world, case)
    breaks_glass(world, case)
    reviews(world, case)()
    asks_to_end(world, case)
    rules(world)
    holds(world, case)
    asking_for_parts.ask_for_part(world.database, world.actor("education_practitioner"), MONDAY, ASKED, "sent")
    return restriction


def test_whatever_is_changed_of_a_right_without_an_entry_is_named(world: Authority) -> None:
    """Beside what the builder of the test put there itself, which is named in every answer."""
    database, case = world.database, case_at(authority=world)
    restriction = _one_of_each(world, case)
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
    assert sorted(said(database)) == sorted(by_builder)


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


SIGNED_BY: list[tuple[type[Table], dict[str, Any], str]] = [
    (AgreementText, {"text": "More is allowed."}, "agreement {agreement} 1: text: recorded More is allowed."),
    (AgreementText, GONE, "agreement {agreement} 1: recorded nothing"),
    (OrganisationSignature, {"name": "Somebody else"}, "signature of education 1: name: recorded Somebody else"),
    (OrganisationSignature, GONE, "signature of education 1: recorded nothing"),
    (ConductSignature, {"signed_at": MONDAY - DAY}, "agreed conduct social_worker.1 1: signed_at: recorded 2026"),
    (ConductSignature, GONE, "agreed conduct social_worker.1 1: recorded nothing"),
]


@pytest.mark.parametrize(("agreement", "given"), [("conduct", agrees), ("sharing", notes_signed)])
def test_whatever_is_changed_of_what_is_signed_is_named(world: Authority, agreement: str, given: Any) -> None:
    given(world, "")()
    before, other = said(world.database), ConductSignature if agreement == "sharing" else OrganisationSignature
    for table, values, words in SIGNED_BY:
        if table is not other:
            with changed(world.database, table, **values):
                found = [one for one in said(world.database) if one not in before]
            assert any(words.format(agreement=agreement) in one for one in found), (words, found)
