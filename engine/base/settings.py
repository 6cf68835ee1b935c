"""Everything that the environment decides, read in this one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGED = Path(__file__).parent.parent / "_data"
CHECKOUT = Path(__file__).parents[2]


class BadSetting(Exception):
    """A setting cannot be used; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept and how the site is reached.

    `https`: whether people reach the site through https; cookies are then marked so and named `__Host-`.
    """

    var: Path
    database_url: str
    host: str
    port: int
    https: bool
    models: Path
    checkpoints_chosen: Path | None = None
    checkpoint_key_chosen: Path | None = None

    @property
    def checkpoints(self) -> Path:
        """Where checkpoints and the log of heads are laid: better on another machine than the database."""
        return self.checkpoints_chosen or self.var / "checkpoints"

    @property
    def checkpoint_key(self) -> Path:
        return self.checkpoint_key_chosen or self.keys / "checkpoints.pem"

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
            port=_port(environment.get("PORT", "8000")),
            https=environment.get("THROUGHLINE_HTTPS", "no") == "yes",
            models=_models(environment.get("THROUGHLINE_MODELS")),
            checkpoints_chosen=_path(environment.get("THROUGHLINE_CHECKPOINTS")),
            checkpoint_key_chosen=_path(environment.get("THROUGHLINE_CHECKPOINT_KEY")),
        )


def _path(text: str | None) -> Path | None:
    return Path(text).absolute() if text else None


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadSetting(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _models(chosen: str | None) -> Path:
    """The folder that holds processes/ and forms/. A checkout comes before the package: an editable install copies
    that data once and it goes stale."""
    candidates = [Path(chosen)] if chosen else [CHECKOUT, PACKAGED]
    for folder in candidates:
        if (folder / "processes").is_dir() and (folder / "forms").is_dir():
            return folder
    raise BadSetting(
        f"No folders processes/ and forms/ in {candidates[0]}: set THROUGHLINE_MODELS to the folder that has them."
    )
