"""What is asked of a setting, whichever it is."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

FOR_OTHERS = 0o077


class BadSetting(Exception):
    """A setting cannot be used; the message names it and says what it should be."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(address: str) -> bool:
    """By https, or on this machine alone."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def for_owner_alone(name: str, environment: Mapping[str, str]) -> Path:
    path = Path(environment[name]).absolute()
    if not path.is_file():
        raise BadSetting(f"{name} must name a file, and {path} is none.")
    if path.stat().st_mode & FOR_OTHERS:
        raise BadSetting(f"{name}: others than its owner can read {path}. chmod 600 takes that away.")
    return path
