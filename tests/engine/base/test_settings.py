"""The settings of the mail server and of single sign-on: what can be used is, and what cannot is named."""

from pathlib import Path

import pytest

from engine.base.provider_settings import IdentityProvider
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


def provider(folder: Path, **chosen: str) -> IdentityProvider | None:
    secret = folder / "secret"
    secret.write_text("one\n")
    secret.chmod(0o600)
    usual = {"issuer": "https://login.example", "client_id": "care", "client_secret_file": str(secret), "name": "Us"}
    named = {f"THROUGHLINE_OIDC_{name.upper()}": value for name, value in {**usual, **chosen}.items()}
    return Settings.from_environment(
        {"THROUGHLINE_ADDRESS": chosen.get("address", "https://care.example"), **named}
    ).provider


def test_a_provider_is_asked_only_where_one_is_set(tmp_path: Path) -> None:
    assert Settings.from_environment({"THROUGHLINE_OIDC_ISSUER": ""}).provider is None
    plain = provider(tmp_path)
    assert plain is not None
    assert (plain.claim, plain.second_factors, plain.passwords, plain.secret()) == ("sub", frozenset(), True, "one")
    chosen = provider(tmp_path, claim="oid", second_factors="mfa, hwk", passwords="no")
    assert chosen is not None
    assert (chosen.claim, chosen.second_factors, chosen.passwords) == ("oid", {"mfa", "hwk"}, False)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"issuer": "http://login.example"}, "must begin with https://"),
        ({"client_id": ""}, "THROUGHLINE_OIDC_CLIENT_ID must be set as well"),
        ({"name": ""}, "THROUGHLINE_OIDC_NAME must be set as well"),
        ({"address": ""}, "THROUGHLINE_ADDRESS must be set as well"),
        ({"client_secret_file": "/nowhere"}, "must name a file"),
        ({"issuer": "", "passwords": "no"}, "THROUGHLINE_OIDC_ISSUER must be set as well"),
        ({"address": "http://care.example"}, "THROUGHLINE_ADDRESS must begin with https://"),
        ({"claim": "email"}, "must be what is theirs for good"),
        ({"passwords": "maybe"}, "THROUGHLINE_OIDC_PASSWORDS must be yes or no"),
    ],
)
def test_what_a_provider_cannot_be_set_to_is_named(tmp_path: Path, chosen: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        provider(tmp_path, **chosen)


def test_a_secret_that_others_can_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "open").write_text("one")
    (tmp_path / "open").chmod(0o640)
    with pytest.raises(BadSetting, match="others than its owner can read"):
        provider(tmp_path, client_secret_file=str(tmp_path / "open"))
