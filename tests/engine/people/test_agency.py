"""The agency that somebody answers for is the same wherever it is asked: of several the first held."""

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers
from engine.casework.starting import in_own_name
from engine.facts.models import in_force
from engine.people.identity import PUBLIC, Actor, Held
from engine.process.bundle import Model
from tests.builders import HERE, authority


@pytest.fixture
def model(database: Database) -> Model:
    authority(database=database)
    with database.read() as connection:
        return in_force(connection, HERE)


def test_who_holds_roles_in_two_agencies_answers_for_the_first(model: Model) -> None:
    held = (Held("police_officer", agency="police"), Held("health_practitioner", agency="health"))
    actor = Actor(account="a", name="A", held=held)
    assert actor.agency == "police"
    assert in_own_name(actor, model, "professional_disagreement", {})["raised_by"] == "police"


def test_who_belongs_to_no_agency_is_told_beside_the_field(model: Model) -> None:
    assert PUBLIC.agency is None
    with pytest.raises(BadAnswers) as refused:
        in_own_name(PUBLIC, model, "professional_disagreement", {})
    assert list(refused.value.problems) == ["raised_by"]
