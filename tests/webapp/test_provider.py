"""What a provider of single sign-on says of itself, without one that runs."""

import threading
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine.base.provider_settings import IdentityProvider
from tests.builders import MONDAY
from webapp.provider import LONGEST_ANSWER, RESTS, Provider
from webapp.provider_said import AWAY, NOT_SET_UP, ProviderFault

ISSUER = "https://login.example"
SAID = {
    "issuer": ISSUER,
    **{name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")},
}


class Asked(Provider):
    """Answers itself, and counts how often it was asked."""

    def __init__(self, says: dict[str, Any] | None) -> None:
        chosen = IdentityProvider(ISSUER, "care", Path("secret"), "Us", second_factors=frozenset({"mfa"}))
        super().__init__(chosen, "https://care.example/sign-in/provider/back")
        self.says, self.asked = says, 0

    def _ask(self, address: str) -> dict[str, Any]:  # noqa: ARG002 - as it is called
        self.asked += 1
        if self.says is None:
            raise ProviderFault(AWAY, "it is away")
        return self.says


def test_one_that_is_away_is_not_asked_for_each_who_wants_in() -> None:
    away = Asked(None)
    for seconds, asked in ((0, 1), (1, 1), (14, 1), (RESTS.total_seconds(), 2), (16, 2)):
        with pytest.raises(ProviderFault, match="does not answer"):
            away.begin(MONDAY + timedelta(seconds=seconds), "")
        assert away.asked == asked
    away.says = SAID
    with away._one_asks, pytest.raises(ProviderFault, match="does not answer"):  # pyright: ignore[reportPrivateUsage]
        away.begin(MONDAY + 2 * RESTS, "")
    away.begin(MONDAY + 2 * RESTS, "")
    away.begin(MONDAY + 3 * RESTS, "")
    assert away.asked == 3


class Long(BaseHTTPRequestHandler):
    """Says a number of as many figures as the address says."""

    def do_GET(self) -> None:
        said = b'{"n": ' + b"7" * int(self.path[1:]) + b"}"
        self.send_response(200)
        self.end_headers()
        with suppress(ConnectionError):  # nobody reads on
            self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called
        pass


def test_of_an_answer_no_more_is_read_than_any_is_long() -> None:
    provider = Provider(Asked(None).chosen, "https://care.example/sign-in/provider/back")
    with ThreadingHTTPServer(("127.0.0.1", 0), Long) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert provider._ask(f"{address}/3") == {"n": 777}  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(ProviderFault) as fault:
            provider._ask(f"{address}/{LONGEST_ANSWER}")  # pyright: ignore[reportPrivateUsage]
        server.shutdown()
    assert (fault.value.words, fault.value.what) == (AWAY, "AnswerTooLong")


@pytest.mark.parametrize("address", ["http://login.example/token", "https://[", "//login.example", 7, None])
def test_an_address_that_is_not_by_https_is_asked_for_nothing(address: object) -> None:
    with pytest.raises(ProviderFault) as fault:
        Asked({**SAID, "token_endpoint": address}).begin(MONDAY, "")
    assert fault.value.words == NOT_SET_UP


@pytest.mark.parametrize(
    ("claims", "second"),
    [({"amr": ["mfa"]}, True), ({"acr": "mfa"}, True), ({"acr": ["mfa"]}, False), ({"amr": [{"mfa": 1}]}, False)],
)
def test_only_a_word_says_that_it_looked_at_a_second_factor(claims: dict[str, Any], second: bool) -> None:
    assert Asked(SAID)._second(claims) is second  # pyright: ignore[reportPrivateUsage]
