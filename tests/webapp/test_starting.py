"""Before the site starts: broken keys stop it, lost ones are told and recorded, and what is set up badly is said."""

import os
from pathlib import Path

import pytest

from engine.base.database import Database
from engine.base.durability import doubts
from engine.base.settings import BadSetting, Settings
from engine.record.chain import INSTALLATION, lines
from tests.builders import authority
from tests.databases import Copies
from tests.engine.base.test_database_role import as_role, role
from webapp import keys
from webapp.cli.starting import CHECKPOINTS, _on_the_line, look_first


@pytest.fixture
def chosen(tmp_path: Path, database: Database) -> Settings:
    address = database.url.render_as_string(hide_password=False)
    return Settings.from_environment({"THROUGHLINE_VAR": str(tmp_path / "var"), "DATABASE_URL": address})


def noted(database: Database) -> list[tuple[set[str], set[str]]]:
    """Of which keys each entry says that they are there, and that they were before."""
    with database.read() as connection:
        told = [line.payload or {} for line in lines(connection, INSTALLATION, ["keys_noted"])]
    return [(set(one["keys"]), set(one["before"])) for one in told]


def test_a_lost_key_is_loud_and_in_the_record(
    database: Database, chosen: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        look_first(database, chosen)
        assert "is another one than before" not in capsys.readouterr().err
    every = {CHECKPOINTS, keys.FORMS, keys.LOOKS, keys.SECOND_FACTORS}
    assert noted(database) == [(every, set())]
    chosen.checkpoint_key.unlink()
    (chosen.keys / keys.FORMS).unlink()  # a clock on another machine has none, and misses none
    look_first(database, chosen, site=False)
    assert "The key “checkpoints” is another one than before." in capsys.readouterr().err
    assert noted(database) == [(every, set()), (every, every)]


@pytest.mark.parametrize("name", [keys.FORMS, keys.LOOKS, keys.SECOND_FACTORS, "checkpoints.pem"])
@pytest.mark.parametrize("left", [0, 31])
def test_a_key_that_a_power_cut_left_stops_the_start(
    database: Database, chosen: Settings, name: str, left: int
) -> None:
    """Every form would be refused, and the start said that all was well."""
    look_first(database, chosen)
    os.truncate(chosen.keys / name, left)
    with pytest.raises(BadSetting, match=f"{name} is not a"):
        look_first(database, chosen)


def test_a_record_that_one_account_can_write_anew_is_said_outside_the_demonstration(
    database: Database, chosen: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    look_first(database, chosen, demo=True)
    assert capsys.readouterr().err == ""
    look_first(database, chosen)
    assert "the record, its key and its checkpoints belong to one account" in capsys.readouterr().err
    chosen.checkpoints.mkdir()
    theirs = chosen.checkpoints.stat().st_uid + 1
    whole = Path.stat

    def of_others(path: Path, **given: bool) -> os.stat_result:
        found = whole(path, **given)
        return os.stat_result((*found[:4], theirs, *found[5:])) if path == chosen.checkpoints else found

    monkeypatch.setattr(Path, "stat", of_others)
    look_first(database, chosen)
    assert "belong to one account" not in capsys.readouterr().err


def test_whoever_starts_an_empty_site_is_told_what_comes_next(
    database: Database, chosen: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    look_first(database, chosen)
    assert "throughline authority add ID NAME adds one" in capsys.readouterr().err
    authority(database=database)
    look_first(database, chosen)
    assert "no authority" not in capsys.readouterr().err


def test_postgresql_is_asked_whether_it_keeps_what_it_acknowledges(postgresql_copies: Copies) -> None:
    """The server of the tests keeps nothing."""
    address = postgresql_copies.make()
    database = Database(address)
    assert [one for one in doubts(database) if "fsync=off" in one] != []
    careless = Database(f"{address}{'&' if '?' in address else '?'}options=-csynchronous_commit%3Doff")
    assert any("synchronous_commit=off" in one for one in doubts(careless))
    assert not any("synchronous_commit" in one for one in doubts(database))
    assert database.owns_tables()
    with role(database) as name:
        site = as_role(database, name)
        assert not site.owns_tables()
        site.dispose()
    careless.dispose()
    database.dispose()
    postgresql_copies.remove(address)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://site@db.westshire.example/throughline", True),
        ("postgresql://site@/throughline?host=10.0.0.7&sslmode=require", True),
        ("postgresql://site@db.westshire.example/throughline?sslmode=verify-full", False),
        ("postgresql://site@/throughline?host=/run/postgresql", False),
        ("postgresql://site@localhost/throughline", False),
        ("sqlite:///throughline.db", False),
    ],
)
def test_a_database_on_another_machine_that_may_be_listened_to_is_said(address: str, told: bool) -> None:
    """The address, which may hold a password, is not repeated."""
    database = Database(address)
    said = [*_on_the_line(database)]
    database.dispose()
    assert bool(said) == told
    assert "site@" not in " ".join(said)
