"""Everything that the environment decides, read in this one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from engine.base.one_setting import BadSetting, is_loopback
from engine.base.provider_settings import IdentityProvider, provider_in

PACKAGED = Path(__file__).parent.parent / "_data"
CHECKOUT = Path(__file__).parents[2]
MOST_WORKERS = 64
MOST_MINUTES = 24 * 60
MOST_CASES = 10_000
Network: TypeAlias = IPv4Network | IPv6Network
Security = Literal["starttls", "implicit", "none"]
SecondFactor = Literal["roles", "everybody"]
USUAL_PORTS: Mapping[Security, str] = {"starttls": "587", "implicit": "465", "none": "25"}


@dataclass(frozen=True, slots=True)
class MailServer:
    """To whom letters are handed over. `sender` is the address that they are from.

    `security`: TLS after the greeting, TLS from the first byte, or none, which is for a server on this machine.
    The password is read from its file each time, so that a new one holds at once.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password_file: Path | None = None

    def password(self) -> str:
        """Raises OSError where the file cannot be read."""
        return self.password_file.read_text(encoding="utf-8").rstrip("\n") if self.password_file else ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept and how the site is reached.

    `https`: whether people reach the site through https; cookies are then marked so and named `__Host-`.
    `address`: of the site, as letters link to it. `mail`: without one no letter leaves. `workers`: how many processes
    serve it. `proxies`: whose word for where a request came from is taken. `trusted_networks`: those of which many
    people come from one address. `watch_token`: a file with the word by which a program on another machine may ask how
    the installation is. `second_factor`: who shows one beside the password, the roles that always must or everybody.
    `provider`: who else says who somebody is. `cases_an_hour`: beyond so many somebody is asked why they open more.
    """

    var: Path
    database_url: str
    host: str
    port: int
    https: bool
    models: Path
    address: str = ""
    mail: MailServer | None = None
    workers: int = 1
    checkpoints_chosen: Path | None = None
    checkpoint_key_chosen: Path | None = None
    proxies: tuple[Network, ...] = ()
    trusted_networks: tuple[Network, ...] = ()
    unsaved_chosen: Path | None = None
    watch_token: Path | None = None
    looks_chosen: Path | None = None
    second_factor: SecondFactor = "roles"
    glass_minutes: int = 60
    cases_an_hour: int = 40
    provider: IdentityProvider | None = None

    @property
    def checkpoints(self) -> Path:
        """Where checkpoints and the log of heads are laid: better on another machine than the database."""
        return self.checkpoints_chosen or self.var / "checkpoints"

    @property
    def checkpoint_key(self) -> Path:
        return self.checkpoint_key_chosen or self.keys / "checkpoints.pem"

    @property
    def unsaved(self) -> Path:
        """Where referrals wait that could not be taken into the database: best on another disk than that."""
        return self.unsaved_chosen or self.var / "unsaved-referrals"

    @property
    def looks(self) -> Path:
        """Where looks are kept while the record cannot be written: best on another disk than the database."""
        return self.looks_chosen or self.var / "looks"

    @property
    def counts(self) -> Path:
        """Where the workers of the site keep what they count."""
        return self.var / "counts"

    @property
    def has_own_models(self) -> bool:
        """Whether the models are those that came with the program, whose stories its own tests play."""
        return self.models in (CHECKOUT, PACKAGED)

    @property
    def keys(self) -> Path:
        return self.var / "keys"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises BadSetting for a value that cannot be used."""
        var = Path(environment.get("THROUGHLINE_VAR", "var")).absolute()
        return cls(
            var=var,
            database_url=environment.get("DATABASE_URL", f"sqlite:///{var / 'throughline.db'}"),
            host=environment.get("HOST", "127.0.0.1"),
            port=_port("PORT", environment.get("PORT", "8000")),
            https=environment.get("THROUGHLINE_HTTPS", "no") == "yes",
            models=_models(environment.get("THROUGHLINE_MODELS")),
            address=_address(environment.get("THROUGHLINE_ADDRESS", "")),
            mail=_mail(environment),
            workers=_whole("THROUGHLINE_WORKERS", environment, "1", MOST_WORKERS),
            checkpoints_chosen=_path(environment.get("THROUGHLINE_CHECKPOINTS")),
            checkpoint_key_chosen=_path(environment.get("THROUGHLINE_CHECKPOINT_KEY")),
            proxies=_networks("THROUGHLINE_PROXIES", environment),
            trusted_networks=_networks("THROUGHLINE_TRUSTED_NETWORKS", environment),
            unsaved_chosen=_path(environment.get("THROUGHLINE_UNSAVED_REFERRALS")),
            looks_chosen=_path(environment.get("THROUGHLINE_LOOKS")),
            glass_minutes=_whole("THROUGHLINE_GLASS_MINUTES", environment, "60", MOST_MINUTES, "a number of minutes"),
            cases_an_hour=_whole("THROUGHLINE_CASES_AN_HOUR", environment, "40", MOST_CASES),
            watch_token=_path(environment.get("THROUGHLINE_WATCH_TOKEN_FILE")),
            second_factor=_second_factor(environment.get("THROUGHLINE_SECOND_FACTOR", "roles")),
            provider=provider_in(environment),
        )


def _second_factor(text: str) -> SecondFactor:
    if text not in get_args(SecondFactor):
        raise BadSetting(f"THROUGHLINE_SECOND_FACTOR must be roles or everybody, not {text!r}.")
    return cast("SecondFactor", text)


def _whole(name: str, environment: Mapping[str, str], usual: str, most: int, what: str = "a number") -> int:
    text = environment.get(name, usual)
    if not text.isdecimal() or not 0 < int(text) <= most:
        raise BadSetting(f"{name} must be {what} from 1 to {most}, not {text!r}.")
    return int(text)


def environment_with(**changed: str) -> dict[str, str]:
    """For a process that is begun by this one, whose settings are the same but for these."""
    return {**os.environ, **changed}


def socket_of_systemd(process: int, environment: Mapping[str, str] = os.environ) -> int | None:
    """The descriptor of the socket that systemd holds for this process; None where it holds none."""
    meant = environment.get("LISTEN_PID") == str(process) and environment.get("LISTEN_FDS", "0") != "0"
    return 3 if meant else None


def logs_as_json(environment: Mapping[str, str] = os.environ) -> bool | None:
    """Whether logs are for a program; None where it is not said. Raises BadSetting."""
    chosen = environment.get("THROUGHLINE_LOGS", "")
    if chosen not in ("", "json", "plain"):
        raise BadSetting(f"THROUGHLINE_LOGS must be json or plain, not {chosen!r}.")
    return chosen == "json" if chosen else None


def _port(name: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadSetting(f"{name} must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _networks(name: str, environment: Mapping[str, str]) -> tuple[Network, ...]:
    words = environment.get(name, "").replace(",", " ").split()
    try:
        return tuple(ip_network(word) for word in words)
    except ValueError as error:
        raise BadSetting(f"{name} must be addresses or networks like 203.0.113.0/24 2001:db8::/48: {error}.") from None


def _address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise BadSetting(f"THROUGHLINE_ADDRESS must begin with https:// (or http://), not be {text!r}.")
    return text.rstrip("/")


def _mail(environment: Mapping[str, str]) -> MailServer | None:
    host = environment.get("THROUGHLINE_MAIL_HOST", "")
    if not host:
        return None
    security = environment.get("THROUGHLINE_MAIL_SECURITY", "starttls")
    if security not in get_args(Security):
        raise BadSetting(f"THROUGHLINE_MAIL_SECURITY must be starttls, implicit or none, not {security!r}.")
    if security == "none" and not is_loopback(host):
        raise BadSetting(f"THROUGHLINE_MAIL_SECURITY may be none only for a mail server on this machine, not {host}.")
    sender = environment.get("THROUGHLINE_MAIL_FROM", "")
    if "@" not in sender.strip("@") or not sender.isascii() or not sender.isprintable():
        raise BadSetting("THROUGHLINE_MAIL_FROM must be the address of letters, like care@westshire.example.")
    secured = cast("Security", security)
    user, password_file = (environment.get(f"THROUGHLINE_MAIL_{name}", "") for name in ("USER", "PASSWORD_FILE"))
    if bool(user) != bool(password_file):
        raise BadSetting("THROUGHLINE_MAIL_USER and THROUGHLINE_MAIL_PASSWORD_FILE go together: set both, or neither.")
    return MailServer(
        host=host,
        port=_port("THROUGHLINE_MAIL_PORT", environment.get("THROUGHLINE_MAIL_PORT", USUAL_PORTS[secured])),
        sender=sender,
        security=secured,
        user=user,
        password_file=_path(password_file),
    )


def _path(text: str | None) -> Path | None:
    return Path(text).absolute() if text else None


def _models(chosen: str | None) -> Path:
    """The folder that holds processes/ and forms/. A checkout comes before the package: an editable install copies
    that data once and it goes stale."""
    candidates = [Path(chosen).absolute()] if chosen else [CHECKOUT, PACKAGED]
    for folder in candidates:
        if (folder / "processes").is_dir() and (folder / "forms").is_dir():
            return folder
    raise BadSetting(
        f"No folders processes/ and forms/ in {candidates[0]}: set THROUGHLINE_MODELS to the folder that has them."
    )
