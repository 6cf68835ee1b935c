"""`throughline account` and `authority`: people and authorities, from the command line."""

import os
import re
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.base.mail import Fate, Letter, Outcome
from engine.base.settings import MailServer
from engine.commands.choosing_passwords import owner_of_link
from engine.commands.first_administrator import HAS_ONE
from engine.tables import Organisation
from webapp import handing_out

Run = Callable[..., Result]


def test_an_account_is_made_listed_and_disabled(run: Run, tmp_path: Path) -> None:
    run("authority", "add", "here", "Here")
    create = ("account", "create", "--name", "Gwen Parry", "--email", "Gwen@example.org")
    made = run(*create, "--role", "team_manager", "--role", "administrator", "--team", "Duty team")
    assert made.exit_code == 0, made.output
    assert run("account", "list").stdout == "gwen@example.org  Gwen Parry  administrator, team_manager (Duty team)\n"
    database = Database(f"sqlite:///{tmp_path / 'var' / 'throughline.db'}")
    nurse = ("account", "create", "--name", "Nur", "--role", "health_practitioner", "--team", "Ward")
    for number, trust in enumerate(("Hill Trust", "Dale Trust", "Hill Trust")):
        email = ("--email", f"nurse{number}@example.org")
        assert run(*nurse, *email, "--organisation", trust).exit_code == 0
        assert run("account", "disable", email[1]).exit_code == 0
    with database.read() as connection:
        assert sorted(connection.scalars(select(Organisation.name))) == [
            "Children's social care",
            "Dale Trust",
            "Hill Trust",
        ]
    database.dispose()
    again = run(*create, "--role", "team_manager", "--team", "Night team")
    assert (again.exit_code, "has an account already" in again.stderr) == (1, True)
    assert run("account", "disable", "gwen@example.org").exit_code == 0
    assert all(line.endswith("DISABLED") for line in run("account", "list").stdout.splitlines())
    nobody = run("account", "disable", "nobody@example.org")
    assert (nobody.exit_code, "Nobody has an account" in nobody.stderr) == (1, True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--role", "team_manger"), "there is no role 'team_manger'; the nearest is 'team_manager'"),
        (("--role", "team_manager"), "A team_manager works in a team: --team NAME."),
    ],
)
def test_an_account_that_cannot_be_made(run: Run, more: tuple[str, ...], said: str) -> None:
    run("authority", "add", "here", "Here")
    result = run("account", "create", "--name", "A", "--email", "a@example.org", *more)
    assert result.exit_code == 1
    assert said in result.stderr
    assert run("account", "list").stdout == ""


def word_in(result: Result) -> str:
    """Of the link that was printed."""
    return result.stdout.strip().splitlines()[-1].rpartition("/password/")[2]


def test_whoever_is_new_or_has_forgotten_chooses_their_password_by_a_link(run: Run, tmp_path: Path) -> None:
    run("authority", "add", "here", "Here")
    made = run("account", "create", "--name", "Gwen", "--email", "gwen@example.org", "--role", "administrator")
    assert "Give them this link (after the address of the site), good once, for three days:" in made.stdout
    again = run("account", "reset", "GWEN@example.org")
    database = Database(f"sqlite:///{tmp_path / 'var' / 'throughline.db'}")
    with pytest.raises(NotPossible):
        owner_of_link(database, now(), word_in(made))  # the newest alone
    assert owner_of_link(database, now(), word_in(again)).email == "gwen@example.org"
    database.dispose()
    assert run("account", "take-away-second-factor", "gwen@example.org").exit_code == 0
    for command in ("reset", "take-away-second-factor"):
        assert run("account", command, "nobody@example.org").exit_code == 1
    run("account", "disable", "gwen@example.org")
    assert run("account", "reset", "gwen@example.org").exit_code == 1


def test_a_link_goes_by_letter_where_there_is_a_mail_server_and_names_nobody(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[Letter] = []
    fates = [Outcome(Fate.TAKEN), Outcome(Fate.LATER, "The mail server cannot be reached, or does not answer.")]

    def hands_over(_server: MailServer, letter: Letter, _now: datetime) -> Outcome:
        letters.append(letter)
        return fates[len(letters) - 1]

    monkeypatch.setattr(handing_out, "hand_over", hands_over)
    monkeypatch.setenv("THROUGHLINE_MAIL_HOST", "mail.example.org")
    monkeypatch.setenv("THROUGHLINE_MAIL_FROM", "care@example.org")
    monkeypatch.setenv("THROUGHLINE_ADDRESS", "https://care.example.org")
    run("authority", "add", "here", "Here")
    create = ("account", "create", "--name", "Gwen Parry", "--email", "gwen@example.org", "--role", "administrator")
    sent, failed = run(*create), run("account", "reset", "gwen@example.org")
    link = letters[0].body.partition("https://")[2].split()[0]
    assert (letters[0].address, link.startswith("care.example.org/password/")) == ("gwen@example.org", True)
    assert not [one for one in letters if "Gwen" in one.subject + one.body]
    assert "A letter is on its way" in sent.stdout
    assert "/password/" not in sent.stdout
    assert "does not answer. Give them this link, good once" in failed.stdout


def test_an_authority_that_has_an_administrator_gets_no_code(run: Run) -> None:
    added = run("authority", "add", "here", "Here")
    code = added.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"([A-Z2-9]{5}-){3}[A-Z2-9]{5}", code)
    another = run("authority", "first-administrator", "here")
    assert another.stdout.strip().splitlines()[-1] not in ("", code)
    run("account", "create", "--name", "A", "--email", "a@example.org", "--role", "administrator")
    refused = run("authority", "first-administrator", "here")
    assert (refused.exit_code, HAS_ONE in refused.stderr) == (1, True)
    assert run("authority", "first-administrator", "nowhere").exit_code == 2


def test_an_authority_is_added_where_the_option_says_whatever_the_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    here = ("--database", "sqlite:///here.db")
    assert run("authority", "add", "here", "Here", *here).exit_code == 0
    assert run("models", "list", *here).stdout.count("shipped") == 1


def test_several_authorities_have_accounts_and_models_of_their_own(run: Run) -> None:
    create = ("account", "create", "--name", "A", "--email", "a@example.org", "--role", "administrator")
    none = run(*create)
    assert (none.exit_code, "throughline authority add ID NAME" in none.stderr) == (1, True)
    for one in ("east", "west"):
        assert run("authority", "add", one, one.title(), "--host", f"{one}.example.org").exit_code == 0
    assert run("authority", "list").stdout == "east  East\nwest  West\n"
    unsaid = run(*create)
    assert (unsaid.exit_code, "--authority ID: east, west" in unsaid.stderr) == (1, True)
    assert run(*create, "--authority", "west").exit_code == 0
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
