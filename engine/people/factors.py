"""Which second factors somebody has, beside the password: an app that shows codes, passkeys, or none."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select

from engine.tables import CodeApp, Passkey


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
