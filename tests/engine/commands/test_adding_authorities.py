"""An authority is added by the product itself, and found by its name, by the host name, or as the only one."""

import pytest

from engine.base.database import Database
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible
from engine.commands.authorities import add_authority, set_telephone
from engine.facts.which_authority import authority_at, authority_named, reached, telephone_of
from engine.people.identity import SYSTEM
from engine.record.chain import INSTALLATION, lines
from tests.builders import HERE, MONDAY, Authority, authority

THERE = "there"


@pytest.fixture
def here(database: Database) -> Authority:
    return authority(database=database)


def test_an_authority_is_added_by_the_product_with_an_entry(database: Database, here: Authority) -> None:
    add_authority(database, SYSTEM, MONDAY, "east-shire", "East Shire", "east.example.org")
    with database.read() as connection:
        (entry,) = lines(connection, INSTALLATION)
        assert (entry.kind, entry.actor) == ("authority_added", "system")
        assert entry.payload == {"authority": "east-shire", "name": "East Shire", "host": "east.example.org"}
    with pytest.raises(NotPossible):
        add_authority(database, SYSTEM, MONDAY, "west", "West", "east.example.org")
    for wrong in ("", "East", "1st", 'a"b', "a" * 51):
        with pytest.raises(BadAnswers):
            add_authority(database, SYSTEM, MONDAY, wrong, "Wrong")
    with pytest.raises(NotAllowed):
        add_authority(database, here.actor("administrator"), MONDAY, "mine", "Mine")


def test_which_authority_is_meant(here: Authority) -> None:
    with here.database.read() as connection:
        assert (authority_named(connection, None), authority_at(connection, "any.example")) == (HERE, HERE)
    authority(database=here.database, id=THERE, host="there.example")
    with here.database.read() as connection:
        assert authority_at(connection, "There.example") == THERE
        assert authority_at(connection, "any.example") is None
        assert authority_named(connection, THERE) == THERE
        with pytest.raises(NotPossible, match="--authority ID: here, there"):
            authority_named(connection, None)
        with pytest.raises(NotFound):
            authority_named(connection, "nowhere")


def test_the_telephone_is_set_by_the_product_with_an_entry(database: Database, here: Authority) -> None:
    set_telephone(database, SYSTEM, MONDAY, HERE, " 01632 960 111 ")
    with database.read() as connection:
        (entry,) = lines(connection, INSTALLATION, ["telephone_set"])
        assert entry.payload == {"authority": HERE, "telephone": "01632 960 111"}
        assert telephone_of(reached(connection), None, "any.example") == "01632 960 111"
    for wrong in ("", "ring me", "01632 960 111 or 112", "0" * 40):
        with pytest.raises(BadAnswers):
            set_telephone(database, SYSTEM, MONDAY, HERE, wrong)
    with pytest.raises(NotFound):
        set_telephone(database, SYSTEM, MONDAY, "nowhere", "999")
    with pytest.raises(NotAllowed):
        set_telephone(database, here.actor("administrator"), MONDAY, HERE, "999")
