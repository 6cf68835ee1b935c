"""Any process of the site, of the clock or of the database is killed while people work: nothing is lost or doubled."""

import threading
from collections.abc import Callable, Generator
from pathlib import Path
from queue import Queue
from random import Random
from tempfile import TemporaryDirectory

import pytest

from engine.base.database import Database
from tests.amount import LONG, random_of, seeds
from tests.builders import authority, case_at
from tests.databases import Copies, Server, serving_from
from tests.faults.kept import faults, looks
from tests.faults.mixed_load import Answer, Deed, Fate, Kind, People, planned
from tests.faults.planted import answers_before_it_is_kept, keeps_before_the_record_says_so, planting
from tests.faults.site import Site, site_on
from tests.faults.submitting import work_once
from tests.faults.test_kill import lost
from tests.rerun.rerunning import differing

SITES_IN_A_ROUND, KILLS_OF_A_SITE = 6, 25
CASES_THAT_ARE_LATE = 12 if LONG else 2
MOMENT = 0.1  # seconds after an answer within which somebody dies
Kill = Callable[[], None]


def killed_while_people_work(site: Site, people: People, random: Random, kill: Kill) -> tuple[list[Answer], list[str]]:
    """What came of each thing that somebody did, and what is wrong then."""
    before = looks(site.database)
    deeds = planned(people.at, random, referrals=3, tasks=4, drafts=2)

    def die(heard: "Queue[Answer]") -> None:
        for _ in range(random.randrange(1, len(deeds) // 2)):
            heard.get()
        threading.Event().wait(random.random() * MOMENT)
        kill()

    answers = people.at_work(deeds, die)
    site.take_up_what_was_kept()
    return answers, faults(site.database, site.checkpoints, answers, before)


def killed_again_and_again(site: Site, random: Random, kills: list[Kill], *, late: bool = True) -> None:
    """First the clock, in the midst of what fell due while nothing ran, where anything is `late`."""
    at = authority(database=site.database)
    for _ in range(CASES_THAT_ARE_LATE):
        case_at(authority=at, point="accepted")
    if late:
        site.begin_clock()
        site.kill_clock_at_work()
    site.begin()
    people, answers = People(at, site.port), list[Answer]()
    for kill in random.choices(kills, k=KILLS_OF_A_SITE) if LONG else kills:
        more, found = killed_while_people_work(site, people, random, kill)
        assert found == [], kill
        answers += more
    assert {one.deed.kind for one in answers if one.fate is Fate.ACKNOWLEDGED} == {*Kind}
    assert differing(database=site.database) == []


@pytest.fixture(scope="module")
def server() -> Generator[Server]:
    """Of this module alone, since it is killed."""
    with TemporaryDirectory(prefix="throughline-postgresql-") as folder, serving_from(Path(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def copies(server: Server) -> Generator[Copies]:
    made = Copies(server.address)
    yield made
    made.remove_template()


@pytest.fixture
def on_postgresql(server: Server, copies: Copies, tmp_path: Path) -> Generator[Site]:
    """Two processes that serve, and the clock."""
    address = copies.make()
    database = Database(address)
    with site_on(database, tmp_path, workers=2, server=server) as site:
        yield site
    database.dispose()
    copies.remove(address)


@pytest.mark.postgresql
@pytest.mark.parametrize("seed", seeds(1, SITES_IN_A_ROUND))
def test_on_postgresql_nothing_is_lost_or_doubled(on_postgresql: Site, seed: int) -> None:
    site = on_postgresql
    kills = [site.kill_worker, site.kill_database, *[site.kill_clock, site.kill_site] * LONG]
    killed_again_and_again(site, random_of(seed), kills)


@pytest.mark.parametrize("seed", seeds(1, SITES_IN_A_ROUND))
def test_on_sqlite_nothing_is_lost_or_doubled(sqlite_database: Database, tmp_path: Path, seed: int) -> None:
    with site_on(sqlite_database, tmp_path) as site:
        killed_again_and_again(site, random_of(seed), [site.kill_site, *[site.kill_clock] * LONG], late=LONG)


@pytest.mark.postgresql
def test_a_database_that_says_done_before_it_has_written_is_found(on_postgresql: Site, server: Server) -> None:
    database, told = on_postgresql.database, list[tuple[str, str]]()
    at, random = authority(database=database), random_of(0)
    server.set("synchronous_commit", "off")
    server.hold_the_writer()
    database.dispose()
    for _ in range(8):
        work_once(at, random, lambda kind, what: told.append((kind, what)))
    on_postgresql.kill_database()
    server.set("synchronous_commit", "on")
    assert lost(database, told)


def test_an_answer_before_all_is_kept_is_found(sqlite_database: Database, tmp_path: Path) -> None:
    at = authority(database=sqlite_database)
    case_at(authority=at)
    with site_on(sqlite_database, tmp_path, environment=planting(answers_before_it_is_kept, tmp_path)) as site:
        site.clock_inside = False
        site.begin()

        def die(heard: "Queue[Answer]") -> None:
            heard.get()
            site.kill_site()

        deeds = planned(at, random_of(0), referrals=0, tasks=0, drafts=1)
        answers = People(at, site.port).at_work([one for one in deeds if one.kind is Kind.DRAFTED], die)
        found = faults(sqlite_database, site.checkpoints, answers, {})
    assert [one for one in found if one.startswith("lost")]


def test_what_is_kept_before_the_record_says_so_is_found(sqlite_database: Database, tmp_path: Path) -> None:
    at = authority(database=sqlite_database)
    case_at(authority=at)
    with site_on(sqlite_database, tmp_path, environment=planting(keeps_before_the_record_says_so, tmp_path)) as site:
        site.clock_inside = False
        site.begin()

        def dies_and_is_mended(_heard: "Queue[Answer]") -> None:
            site.site.wait()
            del site.environment["PYTHONPATH"]
            site.begin()

        before = looks(sqlite_database)
        answers = People(at, site.port).at_work(
            planned(at, random_of(0), referrals=1, tasks=1, drafts=0), dies_and_is_mended
        )
        found = faults(sqlite_database, site.checkpoints, answers, before)
    assert [one for one in found if "rows" in one and "entries" in one]


def test_what_is_lost_doubled_or_unseen_is_found(sqlite_database: Database, tmp_path: Path) -> None:
    """The check itself, told what is not so."""
    at = authority(database=sqlite_database)
    case_at(authority=at)
    (item,) = [one for one in planned(at, random_of(0), referrals=0, tasks=0, drafts=1) if one.kind is Kind.LOOKED]
    told = [
        Deed(Kind.REFERRED, "Nobody", "health_practitioner.1", "/refer"),
        Deed(Kind.COMPLETED, item.what, item.account, item.path),
        item,
    ]
    told_so = [Answer(deed, Fate.ACKNOWLEDGED, "") for deed in told]
    refused = Answer(Deed(Kind.REFERRED, "Ada", "health_practitioner.1", "/refer"), Fate.REFUSED, "")
    found = faults(sqlite_database, tmp_path / "none", [*told_so, refused], {})
    assert [one.split()[0] for one in found if not one.startswith("verify")] == [
        "acknowledged,",
        "lost:",
        "refused,",
        item.account,
    ]
