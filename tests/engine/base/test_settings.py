"""The settings of the mail server: what can be used is, and what cannot is named."""

from pathlib import Path

import pytest

from engine.base.settings import BadSetting, MailServer, Settings

FROM = {"THROUGHLINE_MAIL_FROM": "care@westshire.example"}


def mail(**chosen: str) -> MailServer | None:
    named = {f"THROUGHLINE_MAIL_{name.upper()}": value for name, value in chosen.items()}
    return Settings.from_environment({"THROUGHLINE_MAIL_HOST": "mail.example", **FROM, **named}).mail


def test_without_a_host_no_letter_leaves() -> None:
    assert Settings.from_environment({}).mail is None


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("implicit", 465)])
def test_each_kind_of_security_has_its_usual_port(security: str, port: int) -> None:
    assert mail(security=security) == MailServer("mail.example", port, "care@westshire.example", security=security)  # type: ignore[arg-type]


def test_the_password_is_read_from_its_file_each_time(tmp_path: Path) -> None:
    file = tmp_path / "password"
    server = mail(user="care", password_file=str(file))
    assert server is not None
    for password in ("one", "two"):
        file.write_text(f"{password}\n")
        assert server.password() == password


def test_letters_in_clear_stay_on_this_machine() -> None:
    assert mail(host="localhost", security="none") == MailServer("localhost", 25, "care@westshire.example", "none")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"security": "ssl"}, "must be starttls, implicit or none"),
        ({"security": "none"}, "only for a mail server on this machine"),
        ({"from": ""}, "must be the address of letters"),
        ({"from": "care"}, "must be the address of letters"),
        ({"from": "care@westshire.example\nBcc: a@b.example"}, "must be the address of letters"),
        ({"port": "0"}, "THROUGHLINE_MAIL_PORT must be a number"),
        ({"user": "care"}, "go together"),
        ({"password_file": "secret"}, "go together"),
    ],
)
def test_what_cannot_be_used_is_named(chosen: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        mail(**chosen)


def test_the_address_of_the_site_is_one_of_the_web() -> None:
    address = {"THROUGHLINE_ADDRESS": "https://care.westshire.example/"}
    assert Settings.from_environment(address).address == "https://care.westshire.example"
    with pytest.raises(BadSetting, match="THROUGHLINE_ADDRESS"):
        Settings.from_environment({"THROUGHLINE_ADDRESS": "care.westshire.example"})
