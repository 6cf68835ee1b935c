"""A link by which somebody chooses their password, on its way to them: by letter, or by whoever made it."""

from dataclasses import dataclass
from datetime import datetime

from engine.base.identifiers import new_id
from engine.base.mail import Fate, Letter, hand_over
from engine.base.settings import Settings

SUBJECT = "Choose your password"
BODY = (
    "An administrator of Throughline has made this link for you. With it you choose the password by which you sign in "
    "with this email address. It is good once, for three days.\n\n{link}\n\nIf you do not expect this letter, tell "
    "your administrator, and do not open the link."
)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """`link` is to be given to the person by whoever made it, and shown once; empty where a letter took it along.
    `why` says why no letter did.
    """

    link: str
    why: str = ""


def hand_out(settings: Settings, now: datetime, email: str, word: str) -> HandedOut:
    """The word is of `make_password_link`. The letter names nobody; it is not kept in the outbox, since what opens an
    account lies nowhere here. Waits for the mail server, so never inside a transaction.
    """
    link = f"{settings.address}/password/{word}"
    if settings.mail is None or not settings.address:
        return HandedOut(link, "No letter was sent: no mail server, or no address of the site, is set up.")
    outcome = hand_over(settings.mail, Letter(new_id(), email, SUBJECT, BODY.format(link=link)), now)
    return HandedOut("") if outcome.fate is Fate.TAKEN else HandedOut(link, outcome.why)
