"""A story made from a recorded case comes out on the models of the case, and holds nothing of whom it was about."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from engine.base.clock import LONDON
from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound
from engine.facts.models import files
from engine.people.identity import Actor, Held
from engine.reads.audit.who_looked import looks
from engine.record.chain import case_chain, lines
from engine.scenario.databases import temporary
from engine.scenario.running import play_on
from engine.scenario.story import parse
from engine.tables import Account, Case, Person
from engine.timescales.calendar import bank_holidays
from engine.trial.moved_days import BIRTH_KEPT, KEPT, moved_days
from engine.trial.retelling import FROM_RECORD, story_of_case
from tests.amount import LONG, random_of
from tests.builders import MONDAY, authority, case_at, reference
from tests.engine.trial.laid import laid
from webapp.cli import main

LATER = datetime(2027, 1, 4, tzinfo=UTC)
A_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
IN_CI = 2


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from texts([*cast("Mapping[str, Any]", value).values()])
    elif isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from texts(one)


def of_people(live: Connection, case: str) -> set[str]:
    """Whatever the record and the tables say that no file of the models does, but for days."""
    chain = lines(live, case_chain(case))
    rows = [*live.execute(select(Person.__table__)), *live.execute(select(Account.name, Account.email))]
    said = {*texts([line.payload for line in chain]), *(one for row in rows for one in row if isinstance(one, str))}
    said |= {live.execute(select(Case.reference).where(Case.id == case)).scalar_one(), case}
    names = {word for row in rows for one in row if isinstance(one, str) for word in re.findall(r"\w{3,}", one)}
    bundles = {line.bundle for line in chain if line.bundle}
    known = "\n".join(content.decode() for name in bundles for content in files(live, name).values()).casefold()
    # Accounts of the walks are called as people of a story are: by a role and a number.
    is_known = {one: re.sub(r"\.\d+$", "", one).casefold() in known for one in said | names}
    return {one for one in said | names if len(one) > 2 and not is_known[one] and not A_DATE.match(one)}


@pytest.mark.parametrize("recorded", ["demonstration", *(["walks"] if LONG else [])], indirect=True)
def test_a_story_comes_out_and_holds_nobody(recorded: Database, tmp_path: Path) -> None:
    with recorded.read() as live:
        every = live.execute(select(Case.id, Case.authority_id).order_by(Case.id)).all()
    random = random_of(len(every))
    for number, row in enumerate(every if LONG else random.sample(every, IN_CI)):
        oversees = Actor("auditor", "An auditor", (Held("auditor"),), row.authority_id)
        made = story_of_case(recorded, oversees, LATER, row.id, random)
        assert (made.steps, [one for one in made.remarks if "story ends" in one]) == (made.of, [])
        with recorded.read() as live:
            (entry,) = lines(live, oversees.chain, ["exported"])[number:]
            content = files(live, next(one.bundle for one in lines(live, case_chain(row.id)) if one.bundle))
            found = {one for one in of_people(live, row.id) if re.search(rf"(?i)\b{re.escape(one)}\b", made.text)}
            child = (lines(live, case_chain(row.id))[0].payload or {})["child"]
        assert found == set()
        assert (entry.payload or {})["sha256"] == made.sha256
        if BIRTH_KEPT not in made.remarks and child.get("born"):
            assert f"born = {child['born']}" not in made.text
        with temporary(laid(tmp_path / str(number), content)) as fresh:
            assert play_on(parse(made.text, "made.toml"), fresh()).passed


@pytest.mark.parametrize("recorded", ["demonstration"], indirect=True)
def test_what_leaks_is_seen(recorded: Database) -> None:
    """The guard of the test above: each name, text and reference is among those that are looked for."""
    with recorded.read() as live:
        case = live.scalars(select(Case.id).order_by(Case.id)).first() or ""
        chain = lines(live, case_chain(case))
        looked_for = of_people(live, case)
        child = (chain[0].payload or {})["child"]
        reference = live.execute(select(Case.reference).where(Case.id == case)).scalar_one()
    answers = [one.payload or {} for one in chain if one.kind == "completed" and one.payload]
    long_ones = {text for said in answers for text in texts(said["answers"]) if " " in text}
    assert {child["family_name"], reference} <= looked_for
    assert long_ones <= looked_for
    assert long_ones


def test_it_is_taken_by_who_may_see_all_and_kept_in_the_record(database: Database) -> None:
    world = authority(database=database)
    case = case_at(authority=world, point="deciding")
    called = reference(authority=world, case=case)
    address = world.database.url.render_as_string(hide_password=False)
    with world.database.read() as live:
        email = live.execute(select(Account.email).where(Account.id == world.actor("auditor").account)).scalar_one()

    said = CliRunner().invoke(main, ["models", "story", called, "--as", email, "--database", address])
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith(f"# {FROM_RECORD}\n")
    assert 'start = "referral"' in said.stdout
    with world.database.read() as live:
        (seen,) = looks(live, world.actor("auditor"), MONDAY, case).rows
    assert seen.page == "A story without names was made from the case"

    with pytest.raises(NotAllowed):
        story_of_case(world.database, world.actor("health_practitioner"), MONDAY, case, random_of(1))
    for nobody in (Actor("x", "X", (), world.id), world.actor("police_officer")):
        with pytest.raises(NotFound):
            story_of_case(world.database, nobody, MONDAY, case, random_of(1))
    with world.database.read() as live:
        assert len(looks(live, world.actor("auditor"), MONDAY, case).rows) == 1


@given(
    first=st.dates(date(2015, 1, 1), date(2027, 12, 31)),
    weeks=st.integers(0, 30),
    age=st.integers(0, 18 * 366),
    to_come=st.integers(-42, 280),
    seed=st.integers(0, 1000),
)
def test_days_move_only_where_no_clock_could_tell(first: date, weeks: int, age: int, to_come: int, seed: int) -> None:
    began = datetime.combine(first, datetime.min.time(), LONDON) + timedelta(hours=10)
    moments = [began, began + timedelta(weeks=weeks)]
    days = moved_days(moments, [first - timedelta(days=age)], [first + timedelta(days=to_come)], random_of(seed))
    moved = [days.moment(one).date() for one in moments]
    assert all((then - one.date()).days == 7 * days.weeks for then, one in zip(moved, moments, strict=True))
    assert (KEPT in days.remarks()) is (days.weeks == 0)
    if days.weeks:
        for span in (moved, [one.date() for one in moments]):
            assert not any(
                span[0] <= day <= span[1] for year in {one.year for one in span} for day in bank_holidays(year)
            )
    born = days.born(first - timedelta(days=age))
    assert (born > moved[0]) is False
    assert abs(days.born(first + timedelta(days=to_come)) - moved[0]) <= timedelta(days=abs(to_come))
