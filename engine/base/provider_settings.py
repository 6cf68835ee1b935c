"""The settings of a provider of single sign-on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.base.one_setting import BadSetting, for_owner_alone, is_private

# They change, and are given to somebody else afterwards (OpenID Connect Core 1.0, 5.7).
_NEVER_FOR_GOOD = frozenset({"email", "name", "nickname", "phone_number", "preferred_username", "unique_name", "upn"})
_OF_PROVIDER = ("THROUGHLINE_OIDC_CLIENT_ID", "THROUGHLINE_OIDC_CLIENT_SECRET_FILE", "THROUGHLINE_OIDC_NAME")
CLAIM = "THROUGHLINE_OIDC_CLAIM"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Who says by OpenID Connect who somebody is. `name` is what people read of it.

    `claim` is what it knows somebody by for good. `second_factors` are the values of `acr` and `amr` that say that it
    looked at more than a password. `passwords`: whether one of ours opens an account as well. The secret is read from
    its file each time, so that a new one holds at once.
    """

    issuer: str
    client: str
    secret_file: Path
    name: str
    claim: str = "sub"
    second_factors: frozenset[str] = frozenset()
    passwords: bool = True

    def secret(self) -> str:
        """Raises OSError where the file cannot be read."""
        return self.secret_file.read_text(encoding="utf-8").rstrip("\n")


def provider_in(environment: Mapping[str, str]) -> IdentityProvider | None:
    """None where none is set. Raises BadSetting."""
    issuer = environment.get("THROUGHLINE_OIDC_ISSUER", "")
    if not issuer:
        if others := sorted(
            name for name, value in environment.items() if name.startswith("THROUGHLINE_OIDC_") and value
        ):
            raise BadSetting(f"Where {others[0]} is set, THROUGHLINE_OIDC_ISSUER must be set as well.")
        return None
    _must_be_safe(environment)
    passwords = environment.get("THROUGHLINE_OIDC_PASSWORDS", "yes")
    if passwords not in ("yes", "no"):
        raise BadSetting(f"THROUGHLINE_OIDC_PASSWORDS must be yes or no, not {passwords!r}.")
    return IdentityProvider(
        issuer=issuer,
        client=environment["THROUGHLINE_OIDC_CLIENT_ID"],
        secret_file=for_owner_alone("THROUGHLINE_OIDC_CLIENT_SECRET_FILE", environment),
        name=environment["THROUGHLINE_OIDC_NAME"],
        claim=environment.get(CLAIM, "sub"),
        second_factors=frozenset(environment.get("THROUGHLINE_OIDC_SECOND_FACTORS", "").replace(",", " ").split()),
        passwords=passwords == "yes",
    )


def _must_be_safe(environment: Mapping[str, str]) -> None:
    issuer = environment["THROUGHLINE_OIDC_ISSUER"]
    if not is_private(issuer):
        raise BadSetting(f"THROUGHLINE_OIDC_ISSUER must begin with https://, not be {issuer!r}.")
    missing = [name for name in (*_OF_PROVIDER, "THROUGHLINE_ADDRESS") if not environment.get(name)]
    if missing:
        raise BadSetting(f"Where THROUGHLINE_OIDC_ISSUER is set, {missing[0]} must be set as well.")
    if not is_private(environment["THROUGHLINE_ADDRESS"]):
        raise BadSetting("Where THROUGHLINE_OIDC_ISSUER is set, THROUGHLINE_ADDRESS must begin with https://.")
    if (claim := environment.get(CLAIM, "sub")) in _NEVER_FOR_GOOD:
        raise BadSetting(f"THROUGHLINE_OIDC_CLAIM must be what is theirs for good, like sub or oid, not {claim}.")
