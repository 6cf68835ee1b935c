"""What was decided after a backup stands outside, and holds again when the backup is put back."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import exists, select

from engine.base.database import Database
from engine.commands import accounts, restricting
from engine.commands.administering import enable_account
from engine.commands.choosing_passwords import choose_password, make_password_link
from engine.commands.giving_roles import end_role
from engine.commands.provider_links import link_account, unlink_account
from engine.commands.second_factors import take_away_second_factor
from engine.commands.setting_covers import end_cover, set_cover
from engine.people.identity import PUBLIC, SYSTEM
from engine.reads.task.erasure_pages import legal_holds
from engine.record.chain import authority_chain, canonical
from engine.record.checkpoints import HeadsLog, SigningKey
from engine.record.decided_log import SAID, read
from engine.record.verifier import DECIDED, DECIDED_FORM, DECIDED_LOG, DecidedLine
from engine.rerun.authority_rerunning import rerun_authorities
from engine.tables import Account, Bar, Case, CodeApp, Cover, LegalHold, Membership, ProviderLink, Restriction
from tests.builders import DAY, HERE, HOUR, MONDAY, ROOT, Authority, case_at, child, refer
from tests.engine.commands.calls_of_keeping import WHY, bars, restricts
from tests.engine.commands.calls_of_people import A_WEEK
from tests.engine.commands.calls_of_retention import LATER, closed, decides, erases, holds, proposes, rules
from tests.engine.commands.calls_of_signing_in import has_app
from tests.engine.commands.house import House
from tests.engine.commands.joining import same
from tests.engine.commands.test_what_an_erasure_takes import finish


def erased(at: Authority, case: str) -> None:
    decides(at, proposes(at, case, MONDAY), now=MONDAY)


def stands(database: Database) -> dict[str, list[str]]:
    """What was decided, as rows have it."""
    disabled = select(Account.id).where(Account.disabled_at.is_not(None)).order_by(Account.id)
    over = select(Membership.account_id).where(Membership.held_until.is_not(None)).order_by(Membership.account_id)
    found = {
        "erased": select(Case.id).where(Case.erased_at.is_not(None)),
        "barred": select(Bar.account_id).where(Bar.ended_at.is_(None)),
        "held": select(LegalHold.case_id).where(LegalHold.lifted_at.is_(None)),
        "restricted": select(Restriction.case_id).where(Restriction.ended_at.is_(None)),
        "disabled": disabled,
        "over": over,
    }
    with database.read() as connection:
        return {name: [*connection.scalars(statement)] for name, statement in found.items()}


def differing(database: Database) -> list[str]:
    """Beside what the builder of the test put there itself."""
    found = [str(one) for each in rerun_authorities(database) for one in each.differences]
    builders = ("account ", "membership ", "organisation ", "team ", "authority ")
    return [one for one in found if not one.startswith(builders) and "no entry before it added" not in one]


def end_a_role(at: Authority, account: str) -> None:
    with at.database.read() as connection:
        membership = connection.scalars(select(Membership.id).where(Membership.account_id == account)).one()
    end_role(at.database, at.actor("administrator"), MONDAY, membership, None)


def test_what_came_after_a_backup_holds_again(
    house: House,
    new_database: Callable[[str], Database],
    tmp_path: Path,
) -> None:
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case, other, kept = closed(at), case_at(authority=at), case_at(authority=at)
    rules(at, 1, "birth")
    house.keep()
    backup = house.back_up(tmp_path / "backup")
    erased(at, case)
    bars(at, other)
    for one in (kept, other):
        restricts(at, one)
    restricting.end_restriction_of_case(at.database, at.actor("team_manager"), MONDAY, other, WHY)
    accounts.disable_account(at.database, at.actor("administrator"), MONDAY, "health_practitioner.1")
    accounts.disable_account(at.database, at.actor("administrator"), MONDAY, "police_officer.1")
    enable_account(at.database, at.actor("administrator"), MONDAY, "police_officer.1")
    end_a_role(at, "social_worker.2")
    house.keep()
    decided, lines = stands(house.database), (house.place / DECIDED_LOG).read_text()
    assert (decided["erased"], decided["disabled"], decided["over"]) == (
        [case],
        ["health_practitioner.1"],
        ["social_worker.2"],
    )
    assert not any(word in lines for word in ("neighbours", "over", "Ada", "example"))
    assert house.faults() == []

    house.lost(new_database(""))
    done = house.put_back(backup)
    assert stands(house.database) == decided
    assert done.again == {"barred": 1, "case_restricted": 1, "account_disabled": 1, "role_ended": 1, "erased": 1}
    house.keep()
    assert (house.faults(), differing(house.database)) == ([], [])
    assert len(read(house.place / DECIDED_LOG)) == lines.count("\n") + 5


def what_opens(database: Database) -> list[bool]:
    """Two passwords, an app, single sign-on, and a cover."""
    asked = (
        exists().where(Account.id == "social_worker.1", Account.password_hash.is_not(None)),
        exists().where(Account.id == "social_worker.2", Account.password_hash.is_not(None)),
        exists().where(CodeApp.account_id == "auditor.1"),
        exists().where(ProviderLink.account_id == "social_worker.2"),
        exists().where(Cover.held_until > MONDAY + DAY),
    )
    with database.read() as connection:
        return [*connection.execute(select(*asked)).one()]


def test_what_opened_an_account_before_opens_nothing_when_the_backup_is_put_back(
    house: House,
    new_database: Callable[[str], Database],
    tmp_path: Path,
) -> None:
    """A password that somebody else knew and that was changed, a lost telephone, single sign-on that ended, a cover."""
    at = Authority(house.database, HERE, "duty_team", "other_team")
    database, administrator, worker = at.database, at.actor("administrator"), at.actor("social_worker")

    def chooses(account: str) -> None:
        choose_password(database, PUBLIC, MONDAY, make_password_link(database, administrator, MONDAY, account), account)

    chooses("social_worker.1")
    chooses("social_worker.2")
    has_app(at)
    link_account(database, administrator, MONDAY, "social_worker.2", "https://provider.example.org", "one")
    cover = set_cover(database, worker, MONDAY, "social_worker.1", A_WEEK)
    house.keep()
    backup = house.back_up(tmp_path / "backup")
    assert what_opens(house.database) == [True] * 5
    chooses("social_worker.1")
    for account in ("social_worker.1", "social_worker.2"):
        accounts.hash_anew(database, SYSTEM, MONDAY, account, account, f"{account}, hashed anew")
    take_away_second_factor(database, at.system, MONDAY, "auditor.1")
    unlink_account(database, administrator, MONDAY, "social_worker.2")
    end_cover(database, worker, MONDAY, cover)
    house.keep()
    assert house.faults() == [], "each line can be read"
    house.lost(new_database(""))
    assert house.put_back(backup).again == dict.fromkeys(
        ("password_set", "second_factor_taken_away", "provider_unlinked", "cover_ended"), 1
    )
    assert what_opens(house.database) == [False, True, False, False, False]
    house.keep()
    assert (house.faults(), differing(house.database)) == ([], [])


def test_what_was_decided_again_stands_in_a_later_backup_and_what_was_opened_since_stays_open(
    house: House,
    new_database: Callable[[str], Database],
    tmp_path: Path,
) -> None:
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case = case_at(authority=at)
    house.keep()
    backup = house.back_up(tmp_path / "backup")
    bars(at, case)
    holds(at, case)
    accounts.disable_account(at.database, at.actor("administrator"), MONDAY, "police_officer.1")
    house.keep()
    house.lost(new_database(""))
    assert house.put_back(backup).again == {"barred": 1, "legal_hold_set": 1, "account_disabled": 1}
    with house.database.read() as connection:
        (held,) = legal_holds(connection, at.actor("privacy_officer"), MONDAY).part.rows
    assert held.by == "the system"
    enable_account(house.database, at.actor("administrator"), MONDAY, "police_officer.1")
    house.keep()
    later, decided = house.back_up(tmp_path / "later"), stands(house.database)
    house.lost(new_database(""))
    assert (house.put_back(later).again, stands(house.database)) == ({}, decided)
    assert (decided["disabled"], len(decided["barred"]), decided["held"]) == ([], 1, [case])


def test_what_a_stop_came_between_is_caught_up_and_what_is_missing_or_planted_is_named(
    house: House,
) -> None:
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case = case_at(authority=at)
    house.keep()
    bars(at, case)  # and the process ends before the clock comes by
    assert house.faults() == []
    house.log = HeadsLog(house.place, house.key)
    house.keep()
    path = house.place / DECIDED_LOG
    whole = path.read_bytes()
    assert [line.kind for line in read(path)] == ["barred"]

    path.write_bytes(b"")
    assert "says barred, and decided.log outside does not have it: a line is missing" in house.faults()[0]
    path.write_bytes(whole.replace(b"social_worker.2", b"social_worker.3"))
    assert house.faults()[0].partition(": ")[2].startswith("was put there by nobody")
    path.write_bytes(whole + b"a line of mine\n")
    assert house.faults() == ["decided.log line 2: cannot be read: it was changed"]
    path.write_bytes(whole[:-40])  # a power cut; the whole line is written again
    assert "a line is missing" in house.faults()[0]
    house.log = HeadsLog(house.place, house.key)
    house.keep()
    assert (house.faults(), path.read_bytes()) == ([], whole[:-40] + b"\n" + whole)


def test_nobody_has_a_case_erased_by_a_line_that_no_known_key_signed(
    house: House,
    new_database: Callable[[str], Database],
    tmp_path: Path,
) -> None:
    """Whoever can write in the folder has a key of their own, and lays it there too."""
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case = closed(at)
    house.keep()
    backup = house.back_up(tmp_path / "backup")
    mine = SigningKey(tmp_path / "mine.pem")
    (house.place / f"{mine.name}.pem").write_bytes(mine.public)
    said = {"erasure": "x", "case": case, "cases": [case], "rule": None, "proposed_by": "privacy_officer.1"}
    line = DecidedLine(authority_chain(HERE), 99, "0" * 64, "erased", MONDAY.isoformat(), said)
    body = canonical(line.as_json())
    signature = mine.sign(DECIDED_FORM + body).hex().encode()
    (house.place / DECIDED_LOG).write_bytes(b"%b %b %b\n" % (body, mine.name.encode(), signature))
    house.lost(new_database(""))
    assert house.put_back(backup).again == {"not_believed": 1}
    assert stands(house.database)["erased"] == []


def test_what_was_joined_to_it_only_after_the_backup_is_erased_again_with_it(
    house: House, new_database: Callable[[str], Database], tmp_path: Path
) -> None:
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case, joined = (refer(authority=at, children=[child()], now=MONDAY + hours * HOUR).cases[0] for hours in (0, 1))
    house.keep()
    backup = house.back_up(tmp_path / "backup")
    same(at, joined, case)
    finish(at, case)
    erases(at, case)
    house.hour = (LATER - MONDAY) // HOUR
    house.keep()
    house.lost(new_database(""))
    assert house.put_back(backup).again == {"erased": 1}
    assert sorted(stands(house.database)["erased"]) == sorted([case, joined])
    house.keep()
    assert house.faults() == []


def test_the_last_is_by_its_moment_and_not_by_where_its_line_stands(
    house: House, new_database: Callable[[str], Database], tmp_path: Path
) -> None:
    """Two processes write lines twice, and whoever can write in the folder lays an old line behind the others."""
    at = Authority(house.database, HERE, "duty_team", "other_team")
    case_at(authority=at)
    house.keep()
    backup = house.back_up(tmp_path / "backup")
    for hours, give in enumerate((accounts.disable_account, enable_account, accounts.disable_account)):
        give(at.database, at.actor("administrator"), MONDAY + hours * HOUR, "police_officer.1")
    house.keep()
    path = house.place / DECIDED_LOG
    first, opened, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(last + first + opened)
    house.lost(new_database(""))
    assert house.put_back(backup).again == {"account_disabled": 1}


def test_each_kind_that_stands_outside_says_there_of_what() -> None:
    assert SAID.keys() == DECIDED
    told = (ROOT / "docs/record.md").read_text().partition("## What was decided, outside")[2].partition("\n## ")[0]
    assert [kind for kind in SAID if f"`{kind}`" not in told] == []
