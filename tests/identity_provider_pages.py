# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""The pages of the provider of tests (tests/identity_provider.py)."""

from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from engine.base.clock import now
from tests.identity_provider import BACK, CLIENT, SECRET

HOUR = 3600


class Client:
    """The only one."""

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return BACK

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == BACK

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == ("client_secret_basic", "token")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """Of one sign-in, good once."""

    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    auth_time: int

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass
class State:
    """What the test has said."""

    person: dict[str, Any] = field(default_factory=dict[str, Any])
    fault: str = ""
    codes: dict[str, Code] = field(default_factory=dict[str, Code])
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))


made, state = Flask(__name__), State()
ANOTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


def seconds() -> int:
    return int(now().timestamp())


class Codes(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Somebody who signed in an hour ago is asked again only where that was asked."""
        asked = request.payload.data
        anew = asked.get("prompt") == "login" and asked.get("max_age") == "0" and state.fault != "not_asked_again"
        state.codes[code] = Code(
            redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope,
            nonce=asked["nonce"],
            code_challenge=asked["code_challenge"],
            code_challenge_method=asked["code_challenge_method"],
            auth_time=seconds() - (0 if anew else HOUR),
        )

    def query_authorization_code(self, code: str, client: Any) -> Code | None:  # noqa: ARG002 - as the library asks
        return state.codes.get(code)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        state.codes = {word: one for word, one in state.codes.items() if one is not authorization_code}

    def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:  # noqa: ARG002
        return state.person


class Tokens(OpenIDCode):
    """As it should be, or with what was planted."""

    def exists_nonce(self, nonce: str, request: Any) -> bool:  # noqa: ARG002
        return any(one.nonce == nonce for one in state.codes.values())

    def encode_id_token(self, _token: Any, request: Any) -> str:
        code: Code = request.authorization_code
        claims: dict[str, Any] = {
            "iss": made.config["ISSUER"],
            "aud": CLIENT,
            "iat": seconds(),
            "exp": seconds() + HOUR,
        }
        claims |= {"nonce": code.nonce, "auth_time": code.auth_time, **state.person, **self._planted()}
        header = {"alg": "RS256", "kid": state.key.kid}
        match state.fault:
            case "none":
                return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), ["none"])
            case "own_secret":
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), ["HS256"])
            case "signature":
                return jwt.encode(header, claims, ANOTHER_KEY, ["RS256"])
            case _:
                return jwt.encode(header, claims, state.key, ["RS256"])

    def _planted(self) -> dict[str, Any]:
        wrong: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "of another browser"},
            "audience": {"aud": "another client"},
            "two_audiences": {"aud": [CLIENT, "another client"], "azp": "another client"},
            "issuer": {"iss": "http://127.0.0.1:1"},
            "expired": {"exp": seconds() - HOUR},
            "clock": {"iat": seconds() - HOUR},
            "no_subject": {"sub": ""},
        }
        return wrong.get(state.fault, {})


class Server(AuthorizationServer):
    def query_client(self, client_id: str) -> Client | None:
        return Client() if client_id == CLIENT else None

    def save_token(self, token: Any, request: Any) -> None:
        """None is kept: nobody asks for one."""


server: Any = Server(made)
server.register_grant(Codes, [Tokens(require_nonce=True), CodeChallenge(required=True)])


@made.get("/.well-known/openid-configuration")
def about() -> Response:
    issuer = made.config["ISSUER"]
    named = "http://127.0.0.1:1" if state.fault == "names_another" else issuer
    ends = {"end_session_endpoint": f"{issuer}/end"}
    return jsonify(
        issuer=named,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        jwks_uri=f"{issuer}/keys",
        **ends,
    )


@made.get("/keys")
def keys() -> Response:
    return jsonify(keys=[state.key.as_dict(private=False)])


@made.get("/authorize")
def authorize() -> Any:
    grant = server.get_consent_grant(end_user=state.person)
    return server.create_authorization_response(grant_user=state.person, grant=grant)


@made.post("/token")
def token() -> Any:
    return server.create_token_response()


@made.post("/test/person")
def person() -> str:
    state.person = request.get_json()
    return ""


@made.post("/test/fault/<fault>")
def plant(fault: str) -> str:
    state.fault = fault
    if fault == "new_key":
        state.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    return ""
