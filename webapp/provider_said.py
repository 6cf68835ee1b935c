"""What passes between the site and a provider of single sign-on, and what people read when it goes wrong."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

# For so long somebody may take at the provider.
TO_COME_BACK = timedelta(minutes=10)
AWAY = "{name} does not answer just now. Try again in a minute."
NOT_SET_UP = "Signing in with {name} is not set up as it should be. Tell whoever runs the system."
NOT_TRUSTED = (
    "What {name} sent cannot be trusted, so it lets nobody in. Try again, and then tell whoever runs the system."
)
CLOCKS_DIFFER = (
    "The clock here and that of {name} differ by more than a minute, so nobody can sign in with it. Tell whoever runs "
    "the system."
)
NOT_FRESH = "{name} did not ask again who you are, so it counts for nothing. Tell whoever runs the system."
NOT_SIGNED_IN = "You did not sign in with {name}. Try again."
NO_SECOND = (
    "{name} did not look at your second factor this time, so it counts for nothing. Show it there, and try again."
)
TOO_LONG = "That took too long, or was used before. Sign in again."


class ProviderFault(Exception):
    """Nobody is let in. `words` are what people read, with `{name}` for the provider; `what` is for the log, and holds
    nothing that was sent.
    """

    def __init__(self, words: str, what: str = "") -> None:
        super().__init__(words)
        self.words, self.what = words, what


@dataclass(frozen=True, slots=True)
class Begun:
    """What a browser has begun with the provider: in its own signed cookie, so that nobody else can end it. `again`:
    the account that shows again who it is; empty where somebody signs in.
    """

    state: str
    nonce: str
    verifier: str
    at: str
    goes_on: str
    again: str = ""

    @property
    def as_kept(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def is_in_time(self, now: datetime) -> bool:
        return timedelta() <= now - self.moment <= TO_COME_BACK


@dataclass(frozen=True, slots=True)
class SaidByProvider:
    """Whom it means, and `second`: that it looked at more than a password. `address` only where it has made sure.
    `anew`: they showed who they are after it was asked, and were not only known from before.
    """

    subject: str
    address: str
    second: bool
    anew: bool
