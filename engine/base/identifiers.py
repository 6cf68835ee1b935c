"""Identifiers that cannot be guessed: 128 random bits, so that a sweep of addresses finds nothing."""

import base64
import secrets


def new_id() -> str:
    """26 characters, lower case letters and digits, safe in an address and when read aloud."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()
