"""Which second factors somebody has, beside the password: an app that shows codes, passkeys, or none; and by which way
a session began.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select

from engine.tables import CodeApp, Passkey


class SignInWay(StrEnum):
    """How somebody showed who they are when a session began. By single sign-on the provider may have looked at a second
    factor as well: then none of ours is asked for.
    """

    PASSWORD = "password"  # noqa: S105 - the name of a way
    PROVIDER = "provider"
    PROVIDER_AND_SECOND = "provider_and_second"

    @property
    def by_provider(self) -> bool:
        return self is not SignInWay.PASSWORD


@dataclass(frozen=True, slots=True)
class Factors:
    app: bool = False
    passkey: bool = False

    @property
    def any(self) -> bool:
        return self.app or self.passkey


def has_app(account: Any) -> ColumnElement[bool]:
    return exists().where(CodeApp.account_id == account, CodeApp.confirmed_at.is_not(None))


def has_passkey(account: Any) -> ColumnElement[bool]:
    return exists().where(Passkey.account_id == account)


def factors_of(connection: Connection, account: str) -> Factors:
    row = connection.execute(select(has_app(account).label("app"), has_passkey(account).label("passkey"))).one()
    return Factors(row.app, row.passkey)
