"""What becomes of a letter, by what the mail server does at each step."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from engine.base import mail
from engine.base.mail import Fate, Letter, Outcome, hand_over
from engine.base.settings import MailServer
from tests.mail_servers import CLOSES, HERE, IS_SILENT, SENDER, ScriptedServer, certificate, listening
from webapp.caught_letters import OnAnyPort

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LETTER = Letter("abcd", "head@school.example", "We have received your referral", "Reference BCDF-GHJK.\n.\nEnd\n")
SECRET = "secret\n"
BEFORE_THE_END = ("greeting", "EHLO", "MAIL", "RCPT", "DATA")


def tried(says: dict[str, str], letter: Letter = LETTER) -> tuple[Outcome, ScriptedServer]:
    with listening(ScriptedServer(says)) as server:
        return hand_over(server.settings, letter, NOW), server


def test_a_letter_is_taken_when_the_server_has_said_so() -> None:
    outcome, server = tried({})
    assert outcome == Outcome(Fate.TAKEN)
    (taken,) = server.taken
    message = message_from_bytes(taken, policy=default)
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, LETTER.address, LETTER.subject)
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<abcd@westshire.example>", "auto-generated")


def test_the_message_id_stays_the_same_however_often_a_letter_is_tried() -> None:
    ids = {message_from_bytes(tried({})[1].taken[0])["Message-ID"] for _ in range(2)}
    assert ids == {"<abcd@westshire.example>"}


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize(("code", "fate"), [(451, Fate.LATER), (550, Fate.REFUSED)])
def test_a_letter_that_is_not_taken_is_tried_again_or_refused_for_good(step: str, code: int, fate: Fate) -> None:
    outcome, server = tried({step: f"{code} 4.2.1 head@school.example is away"})
    assert (outcome.fate, outcome.server_at_fault, server.taken) == (fate, False, [])
    assert str(code) in outcome.why
    assert "school" not in outcome.why  # the words of a server may name an address


@pytest.mark.parametrize("step", ["greeting", "EHLO"])
@pytest.mark.parametrize("code", [421, 451, 554])
def test_a_server_that_turns_us_away_refuses_no_letter(step: str, code: int) -> None:
    outcome, server = tried({step: f"{code} not now"} | ({"HELO": f"{code} not now"} if step == "EHLO" else {}))
    assert (outcome.fate, outcome.server_at_fault, server.taken) == (Fate.LATER, True, [])


@pytest.mark.parametrize("step", BEFORE_THE_END)
def test_a_line_that_breaks_before_the_end_leaves_the_letter_with_us(step: str) -> None:
    outcome, server = tried({step: CLOSES})
    assert (outcome.fate, outcome.server_at_fault, server.taken) == (Fate.LATER, True, [])


@pytest.mark.parametrize("step", BEFORE_THE_END)
def test_a_slow_server_is_not_waited_for(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "ANSWER_SECONDS", 0.1)
    outcome, _ = tried({step: IS_SILENT})
    assert (outcome.fate, outcome.server_at_fault) == (Fate.LATER, True)


@pytest.mark.parametrize("what", [CLOSES, IS_SILENT, "no answer of SMTP", "354 go on"])
def test_nobody_knows_what_became_of_a_letter_whose_end_has_no_answer(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "ANSWER_SECONDS", 1)
    outcome, server = tried({"end": what})
    assert outcome.fate is Fate.UNKNOWN
    assert len(server.taken) == 1


def test_a_server_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of its answer comes in time, and the answer never ends."""
    monkeypatch.setattr(mail, "LETTER_SECONDS", 0.2)
    monkeypatch.setattr(mail, "ANSWER_SECONDS", 30)
    outcome, _ = tried({"RCPT": "250-go on\r\n250-go on"})
    assert (outcome.fate, outcome.server_at_fault) == (Fate.LATER, True)


def test_a_server_that_is_down_leaves_the_letter_with_us() -> None:
    with listening(ScriptedServer()) as server:
        closed = server.settings
    outcome = hand_over(closed, LETTER, NOW)
    assert (outcome.fate, outcome.server_at_fault) == (Fate.LATER, True)


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, address=""),
        replace(LETTER, address="head"),
        replace(LETTER, address="a@b.example, c@d.example"),
        replace(LETTER, address="a@b.example>\r\nRCPT TO:<c@d.example"),
        replace(LETTER, subject="News\r\nBcc: c@d.example"),
        replace(LETTER, address="ü@school.example"),  # this server does not say that it can
    ],
)
def test_what_cannot_be_written_to_is_refused_and_nothing_goes_elsewhere(letter: Letter) -> None:
    outcome, server = tried({}, letter)
    assert (outcome.fate, server.taken) == (Fate.REFUSED, [])
    assert not [line for line in server.asked if "c@d.example" in line]


class Caught:
    """A handler of aiosmtpd that keeps what it takes."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append((envelope.rcpt_tos, session.ssl is not None, envelope.content))
        return "250 taken"


@contextmanager
def real(**options: Any) -> Generator[tuple[Caught, MailServer]]:
    caught = Caught()
    controller = OnAnyPort(caught, hostname=HERE, port=0, **options)
    controller.start()
    try:
        yield caught, MailServer(HERE, controller.listens_at, SENDER, security="none")
    finally:
        controller.stop()


def test_a_real_server_takes_a_letter_to_the_letter() -> None:
    with real() as (caught, server):
        assert hand_over(server, LETTER, NOW).fate is Fate.TAKEN
    ((to, _, content),) = caught.letters
    assert to == [LETTER.address]
    assert message_from_bytes(content, policy=default).get_content().splitlines() == LETTER.body.splitlines()


def test_an_address_in_other_letters_is_written_to_where_the_server_can() -> None:
    with real(enable_SMTPUTF8=True) as (caught, server):
        assert hand_over(server, replace(LETTER, address="jürgen@schule.example"), NOW).fate is Fate.TAKEN
    assert caught.letters[0][0] == ["jürgen@schule.example"]


def signing_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"throughline", SECRET.strip().encode()), handled=False)


def with_tls(folder: Path, **of_certificate: Any) -> tuple[Path, dict[str, Any]]:
    made = certificate(folder, **of_certificate)
    return made.file, {
        "tls_context": made.context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": signing_in,
    }


def signed_in(server: MailServer, folder: Path, *, password: str) -> MailServer:
    file = folder / "password"
    file.write_text(password)
    return replace(server, security="starttls", user="throughline", password_file=file)


def test_a_letter_goes_over_tls_to_a_server_that_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, options = with_tls(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with real(**options) as (caught, server):
        assert hand_over(signed_in(server, tmp_path, password=SECRET), LETTER, NOW) == Outcome(Fate.TAKEN)
    assert [encrypted for _, encrypted, _ in caught.letters] == [True]


@pytest.mark.parametrize("of_certificate", [{}, {"host": "mail.elsewhere.example"}, {"valid_for": timedelta(days=-1)}])
def test_a_certificate_that_is_wrong_is_not_trusted(
    of_certificate: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed by nobody we know, for another host, or run out."""
    file, options = with_tls(tmp_path, **of_certificate)
    if of_certificate:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with real(**options) as (caught, server):
        outcome = hand_over(signed_in(server, tmp_path, password=SECRET), LETTER, NOW)
    assert (outcome.fate, outcome.server_at_fault, caught.letters) == (Fate.LATER, True, [])
    assert "certificate" in outcome.why


def test_tls_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificate(tmp_path)
    with listening(ScriptedServer(tls=made.context)) as server:
        implicit = replace(server.settings, security="implicit")
        unknown = hand_over(implicit, LETTER, NOW)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
        assert (unknown.fate, server.taken) == (Fate.LATER, [])
        assert hand_over(implicit, LETTER, NOW) == Outcome(Fate.TAKEN)


def test_nothing_is_sent_in_clear_where_tls_is_set_up() -> None:
    with real() as (caught, server):
        outcome = hand_over(replace(server, security="starttls"), LETTER, NOW)
    assert (outcome.fate, outcome.server_at_fault, caught.letters) == (Fate.LATER, True, [])


@pytest.mark.parametrize("password", ["wrong", "p\N{LATIN SMALL LETTER A WITH DIAERESIS}ss"])
def test_a_server_that_does_not_let_us_in_refuses_no_letter(
    password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, options = with_tls(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with real(**options) as (caught, server):
        outcome = hand_over(signed_in(server, tmp_path, password=password), LETTER, NOW)
    assert (outcome.fate, outcome.server_at_fault, caught.letters) == (Fate.LATER, True, [])
    if password.isascii():
        assert "let us in (535 5.7.8)" in outcome.why


def test_a_password_file_that_is_gone_refuses_no_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, options = with_tls(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with real(**options) as (_, server):
        gone = replace(signed_in(server, tmp_path, password=SECRET), password_file=tmp_path / "none")
        assert hand_over(gone, LETTER, NOW).fate is Fate.LATER
