"""`throughline account` and `authority`: people and authorities, from the command line."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from engine.base.database import Database
from engine.tables import Organisation

Run = Callable[..., Result]


def test_an_account_is_made_listed_and_disabled(run: Run, tmp_path: Path) -> None:
    run("authority", "add", "here", "Here")
    create = ("account", "create", "--name", "Gwen Parry", "--email", "Gwen@example.org")
    typed = "correct horse battery\ncorrect horse battery\n"
    made = run(*create, "--role", "team_manager", "--role", "administrator", "--team", "Duty team", typed=typed)
    assert made.exit_code == 0, made.output
    assert "horse" not in made.stdout
    assert run("account", "list").stdout == "gwen@example.org  Gwen Parry  administrator, team_manager (Duty team)\n"
    database = Database(f"sqlite:///{tmp_path / 'var' / 'throughline.db'}")
    nurse = ("account", "create", "--name", "Nur", "--role", "health_practitioner", "--team", "Ward")
    for number, trust in enumerate(("Hill Trust", "Dale Trust", "Hill Trust")):
        email = ("--email", f"nurse{number}@example.org")
        assert run(*nurse, *email, "--organisation", trust, typed=typed).exit_code == 0
        assert run("account", "disable", email[1]).exit_code == 0
    with database.read() as connection:
        assert sorted(connection.scalars(select(Organisation.name))) == [
            "Children's social care",
            "Dale Trust",
            "Hill Trust",
        ]
    database.dispose()
    again = run(*create, "--role", "team_manager", "--team", "Night team", typed=typed)
    assert (again.exit_code, "has an account already" in again.stderr) == (1, True)
    assert run("account", "disable", "gwen@example.org").exit_code == 0
    assert all(line.endswith("DISABLED") for line in run("account", "list").stdout.splitlines())
    nobody = run("account", "disable", "nobody@example.org")
    assert (nobody.exit_code, "Nobody has an account" in nobody.stderr) == (1, True)


@pytest.mark.parametrize(
    ("more", "typed", "said"),
    [
        (("--role", "team_manger"), "", "there is no role 'team_manger'; the nearest is 'team_manager'"),
        (("--role", "team_manager"), "", "A team_manager works in a team: --team NAME."),
        (("--role", "administrator"), "short\nshort\n", "password"),
    ],
)
def test_an_account_that_cannot_be_made(run: Run, more: tuple[str, ...], typed: str, said: str) -> None:
    run("authority", "add", "here", "Here")
    result = run("account", "create", "--name", "A", "--email", "a@example.org", *more, typed=typed)
    assert result.exit_code == 1
    assert said in result.stderr
    assert run("account", "list").stdout == ""


def test_an_authority_is_added_where_the_option_says_whatever_the_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    here = ("--database", "sqlite:///here.db")
    assert run("authority", "add", "here", "Here", *here).exit_code == 0
    assert run("models", "list", *here).stdout.count("shipped") == 1


def test_several_authorities_have_accounts_and_models_of_their_own(run: Run) -> None:
    typed = "correct horse battery\ncorrect horse battery\n"
    create = ("account", "create", "--name", "A", "--email", "a@example.org", "--role", "administrator")
    none = run(*create)
    assert (none.exit_code, "throughline authority add ID NAME" in none.stderr) == (1, True)
    for one in ("east", "west"):
        assert run("authority", "add", one, one.title(), "--host", f"{one}.example.org").exit_code == 0
    assert run("authority", "list").stdout == "east  East\nwest  West\n"
    unsaid = run(*create, typed=typed)
    assert (unsaid.exit_code, "--authority ID: east, west" in unsaid.stderr) == (1, True)
    assert run(*create, "--authority", "west", typed=typed).exit_code == 0
    assert run("account", "list", "--authority", "east").stdout == ""
    assert "a@example.org" in run("account", "list", "--authority", "west").stdout
    assert run("models", "list", "--authority", "east").stdout.count("shipped") == 1


def test_an_authority_that_nobody_added_is_wrong_use(run: Run, tmp_path: Path) -> None:
    run("authority", "add", "west", "Westshire")
    for command in (("models", "list"), ("account", "list")):
        said = run(*command, "--authority", "unknown")
        assert (said.exit_code, "There is no authority “unknown”. There is: west." in said.stderr) == (2, True)
    mode = (tmp_path / "var" / "throughline.db").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_database_is_for_its_owner_alone_wherever_it_lies(run: Run, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert run("db", "upgrade", "--database", f"sqlite:///{tmp_path / 'elsewhere.db'}").exit_code == 0
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("elsewhere.db*")} == {0o600}


def test_organisations_are_set_up_and_changed(run: Run) -> None:
    run("authority", "add", "here", "Here")
    for command, said in (
        (("organisation", "add", "social_care", "Council"), "Council is there."),
        (("organisation", "add-team", "Council", "First"), "Council has the team First."),
        (("organisation", "add-team", "Council", "Second"), "Council has the team Second."),
        (("organisation", "rename-team", "Council", "Second", "North"), "Second is called North."),
        (("organisation", "duty-team", "Council", "North"), "North is the duty team."),
        (("organisation", "rename", "Council", "The Council"), "Council is called The Council."),
    ):
        assert run(*command).stdout == f"{said}\n"
    assert run("organisation", "list").stdout == (
        "The Council  Children's social care  0 people\n  First  0 people\n  North  0 people  DUTY TEAM\n"
    )


def test_staff_come_from_a_file_and_are_changed(run: Run, tmp_path: Path) -> None:
    run("authority", "add", "here", "Here")
    people = tmp_path / "people.csv"
    people.write_text(
        "organisation,team,name,email,role\n"
        "Children's social care,North,Ann,ann@x.example,Social worker\n"
        "Children's social care,North,Bea,bea@x.example,Team manager\n"
    )
    dry = run("account", "import", people, "--dry-run")
    assert dry.stdout.endswith("Would be done: 6.\n")
    assert run("account", "list").stdout == ""
    assert run("account", "import", people).stdout == dry.stdout.replace("Would be done", "Done")
    assert run("account", "import", people).stdout == "Done: 0.\n"
    assert run("account", "give-role", "ann@x.example", "auditor").exit_code == 0
    assert run("account", "cover", "ann@x.example", "bea@x.example", "--until", "2199-01-01").exit_code == 1
    ends = run("account", "end-role", "ann@x.example", "social_worker")
    assert "Tasks handed back to the team: 0." in ends.stdout
    run("account", "disable", "bea@x.example")
    assert run("account", "enable", "bea@x.example").stdout == "bea@x.example is open again.\n"
    run("account", "change", "bea@x.example", "--name", "Bea Bond", "--new-email", "bond@x.example")
    assert run("account", "list").stdout == (
        "ann@x.example  Ann  auditor\nbond@x.example  Bea Bond  team_manager (North)\n"
    )
    assert run("account", "list", "--unused").stdout == ""
    wrong = run("account", "give-role", "ann@x.example", "social_worker", "--organisation", "Nowhere")
    assert (wrong.exit_code, "There is no Nowhere" in wrong.stderr) == (1, True)
    people.write_text("email,role\nann@x.example,teacher\n")
    refused = run("account", "import", people)
    assert (refused.exit_code, "Line 2: There is no role “teacher”" in refused.stderr) == (1, True)


def test_tables_of_the_models_are_printed(run: Run) -> None:
    assert run("models", "roles").stdout.startswith("\ufeffProcess,What,")
    assert run("models", "questions").stdout.startswith("\ufeffProcess,Form,")
