"""Asks a provider of OpenID Connect who somebody is, and holds what it answers against what was asked.

The authorization code flow with PKCE (RFC 7636), state and nonce, by Authlib. Its libraries take most of a second to
load, so that this module is loaded when somebody first signs in so (webapp/single_sign_on.py).
"""

import secrets
import ssl
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from authlib.integrations.base_client.errors import OAuthError  # pyright: ignore[reportMissingTypeStubs]
from authlib.integrations.requests_client import OAuth2Session  # pyright: ignore[reportMissingTypeStubs]
from authlib.oidc.core import CodeIDToken  # pyright: ignore[reportMissingTypeStubs]
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter

from engine.base.one_setting import is_private
from engine.base.provider_settings import IdentityProvider
from engine.commands.provider_links import LONGEST_SUBJECT
from webapp.provider_said import (
    AWAY,
    CLOCKS_DIFFER,
    NOT_FRESH,
    NOT_SET_UP,
    NOT_TRUSTED,
    TOO_LONG,
    Begun,
    ProviderFault,
    SaidByProvider,
)

SECONDS = 5  # that the provider may take to answer
LEEWAY = 60  # seconds by which two clocks may differ
KEPT_FOR = timedelta(hours=1)
LONGEST_ANSWER = 1_000_000  # bytes: a description, a set of keys and a token are a few thousand each
WAITS = 1  # second, while somebody else asks
RESTS = timedelta(seconds=15)  # before one that does not say what it is is asked again
# Signed with a key that the provider alone has: neither `none`, nor one that is made of our own secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
KEY_TYPES = frozenset({"RSA", "EC", "OKP"})  # what else it publishes is passed over (RFC 7517, 5)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class AnswerTooLong(RequestException):
    """Longer than any that we ask for."""


class ShortAnswers(HTTPAdapter):
    """Reads no more of an answer than any that we ask for is long: whoever answers decides how much that would be."""

    def send(self, request: PreparedRequest, stream: bool = False, *args: Any, **more: Any) -> Response:  # noqa: ARG002 - as it is called
        answer = super().send(request, True, *args, **more)
        with answer:
            body = answer.raw.read(LONGEST_ANSWER + 1, decode_content=True)
        if len(body) > LONGEST_ANSWER:
            raise AnswerTooLong
        answer._content, answer._content_consumed = body, True  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        return answer


class Provider:
    """One provider. What it says of itself is kept for an hour; its keys until a token is signed with another."""

    def __init__(self, chosen: IdentityProvider, comes_back_to: str) -> None:
        """`comes_back_to` is the address that is registered with the provider, exactly."""
        self.chosen, self.comes_back_to = chosen, comes_back_to
        self._known: dict[str, Any] | None = None
        self._known_at: datetime | None = None
        self._keys: KeySet | None = None
        self._failed: tuple[datetime, ProviderFault] | None = None
        self._one_asks = threading.Lock()

    def begin(self, now: datetime, goes_on: str, again: str = "") -> tuple[str, Begun]:
        """The address at the provider, and what the browser keeps meanwhile. `again`: the account that shows anew who
        it is, whatever the provider remembers. Raises ProviderFault.
        """
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        anew = {"prompt": "login", "max_age": "0"} if again else {}
        known = self._about(now)
        with self._session() as session:
            address, state = session.create_authorization_url(
                known["authorization_endpoint"], nonce=nonce, code_verifier=verifier, **anew
            )
        return address, Begun(state, nonce, verifier, now.isoformat(), goes_on, again)

    def finish(self, now: datetime, begun: Begun, given: Mapping[str, str]) -> SaidByProvider:
        """`given` is what the browser brought back. Raises ProviderFault for whatever is not as it was asked."""
        if given.get("iss", self.chosen.issuer) != self.chosen.issuer:  # RFC 9207
            raise ProviderFault(NOT_TRUSTED, "the answer names another issuer")
        token = self._token(now, begun, given.get("code", ""))
        claims = self._claims(now, begun, token)
        anew = _has_just_shown(claims, now, begun)
        if begun.again and not anew:
            raise ProviderFault(NOT_FRESH, "auth_time is missing, from before it was asked, or to come")
        subject = claims.get(self.chosen.claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise ProviderFault(NOT_SET_UP, f"the token has no text as {self.chosen.claim}")
        email = claims.get("email")
        sure = claims.get("email_verified") is True and isinstance(email, str)
        return SaidByProvider(subject, cast("str", email) if sure else "", self._second(claims), anew)

    def end_address(self, now: datetime, back_to: str) -> str:
        """Where somebody signs out of the provider too; empty where it offers that nowhere. Raises ProviderFault."""
        ends_at = self._about(now).get("end_session_endpoint", "")
        if not isinstance(ends_at, str) or not is_private(ends_at):
            return ""
        said = urlencode({"client_id": self.chosen.client, "post_logout_redirect_uri": back_to})
        return f"{ends_at}{'&' if urlsplit(ends_at).query else '?'}{said}"

    def _second(self, claims: Mapping[str, Any]) -> bool:
        methods = claims.get("amr")
        said = [claims.get("acr"), *(cast("list[object]", methods) if isinstance(methods, list) else ())]
        return any(isinstance(one, str) and one in self.chosen.second_factors for one in said)

    def _token(self, now: datetime, begun: Begun, code: str) -> dict[str, Any]:
        known = self._about(now)
        try:
            with self._session(self.chosen.secret(), self._way_of_secret(known)) as session:
                asked = {"grant_type": "authorization_code", "code": code, "code_verifier": begun.verifier}
                return session.fetch_token(known["token_endpoint"], **asked, allow_redirects=False)
        except OAuthError as refusal:
            words = TOO_LONG if refusal.error == "invalid_grant" else NOT_SET_UP
            raise ProviderFault(words, f"the token endpoint refuses: {str(refusal.error)[:40]}") from None
        except OSError as fault:
            if isinstance(fault, RequestException):
                raise ProviderFault(AWAY, type(fault).__name__) from None
            raise ProviderFault(NOT_SET_UP, "the file with the secret cannot be read") from None
        except ValueError:
            raise ProviderFault(AWAY, "the token endpoint answers something else") from None

    def _way_of_secret(self, known: Mapping[str, Any]) -> str:
        ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"

    def _claims(self, now: datetime, begun: Begun, token: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            signed = self._signed_by_it(now, str(token.get("id_token", "")))
            issued = signed.claims.get("iat")
            if isinstance(issued, (int, float)) and abs(issued - now.timestamp()) > LEEWAY:
                raise ProviderFault(CLOCKS_DIFFER, f"a token is {now.timestamp() - issued:.0f} seconds old")
            asked = {"iss": {"essential": True, "value": self.chosen.issuer}}
            asked["aud"] = {"essential": True, "value": self.chosen.client}
            with_it = {"nonce": begun.nonce, "client_id": self.chosen.client}
            if "access_token" in token:
                with_it["access_token"] = token["access_token"]
            claims: Any = CodeIDToken(signed.claims, signed.header, asked, with_it)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, LookupError) as fault:
            raise ProviderFault(NOT_TRUSTED, f"{type(fault).__name__} {getattr(fault, 'claim', '')}".strip()) from None
        return claims

    def _signed_by_it(self, now: datetime, token: str) -> jwt.Token:
        """Where no key that is known will do, the provider may have changed it: they are asked for once more."""
        if self._keys is not None:
            try:
                return jwt.decode(token, self._keys, algorithms=ALGORITHMS)
            except (InvalidKeyIdError, BadSignatureError):
                pass
        found = self._ask(self._about(now)["jwks_uri"])
        keys = cast("list[object]", found["keys"]) if isinstance(found.get("keys"), list) else []
        known = [cast("dict[str, Any]", one) for one in keys if isinstance(one, dict)]
        meant = [one for one in known if one.get("use", "sig") == "sig" and one.get("kty") in KEY_TYPES]
        self._keys = KeySet.import_key_set({"keys": meant})
        return jwt.decode(token, self._keys, algorithms=ALGORITHMS)

    def _about(self, now: datetime) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0). It must name itself as we know it.

        Anybody can make us ask: one asks for all, and while it does not answer nobody waits for it again and again. The
        threads that would wait are those that take a public referral.
        """
        if not self._one_asks.acquire(timeout=WAITS):
            raise ProviderFault(AWAY, "it takes long to answer whoever asked before")
        try:
            if self._known is not None and self._known_at and timedelta() <= now - self._known_at < KEPT_FOR:
                return self._known
            if self._failed and timedelta() <= now - self._failed[0] < RESTS:
                raise ProviderFault(self._failed[1].words, self._failed[1].what)
            return self._asked_anew(now)
        finally:
            self._one_asks.release()

    def _asked_anew(self, now: datetime) -> dict[str, Any]:
        try:
            self._known, self._known_at, self._failed = self._description(), now, None
        except ProviderFault as fault:
            self._failed = now, fault
            raise
        return self._known

    def _description(self) -> dict[str, Any]:
        found = self._ask(f"{self.chosen.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.chosen.issuer:
            raise ProviderFault(NOT_SET_UP, "it names itself by another issuer")
        if not all(isinstance(found.get(name), str) and is_private(found[name]) for name in ENDPOINTS):
            raise ProviderFault(NOT_SET_UP, "it names no address by https for all that is needed")
        return found

    def _ask(self, address: str) -> dict[str, Any]:
        try:
            with self._session() as session:
                answer: Any = session.get(address, withhold_token=True, allow_redirects=False)
                if answer.status_code != 200:
                    raise ProviderFault(AWAY, f"it answers {answer.status_code}")
                found: object = answer.json()
        except (OSError, ValueError) as fault:  # of which all faults of the network are one
            raise ProviderFault(AWAY, type(fault).__name__) from None
        if not isinstance(found, dict):
            raise ProviderFault(AWAY, "it answers something else")
        return cast("dict[str, Any]", found)

    def _session(self, secret: str | None = None, way: str | None = None) -> Any:
        """Trusts the certificates that this machine trusts, as letters do."""
        session: Any = OAuth2Session(
            self.chosen.client,
            secret,
            token_endpoint_auth_method=way,
            scope="openid email",
            redirect_uri=self.comes_back_to,
            code_challenge_method="S256",
            default_timeout=SECONDS,
        )
        trusted = ssl.get_default_verify_paths()
        session.verify = trusted.cafile or trusted.capath or True
        for scheme in ("https://", "http://"):
            session.mount(scheme, ShortAnswers())
        return session


def _has_just_shown(claims: Mapping[str, Any], now: datetime, begun: Begun) -> bool:
    """Between the moment when it was asked and this one, but for what two clocks may differ."""
    shown_at = claims.get("auth_time")
    earliest, latest = begun.moment.timestamp() - LEEWAY, now.timestamp() + LEEWAY
    return isinstance(shown_at, (int, float)) and earliest <= shown_at <= latest
