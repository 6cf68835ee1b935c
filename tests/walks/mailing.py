"""Steps of a walk that are about letters."""

from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.commands.handing_over import confirm_letter, put_letter_aside, send_letter_again
from engine.scenario.mail_server import SAYS, send
from engine.tables import Outbox

if TYPE_CHECKING:
    from tests.walks.walking import Walk


def send_letters(walk: "Walk", random: Random) -> None:
    """The mail server takes what waits, or does not."""
    says = random.choice([*SAYS])
    walk.give(f"the mail server: {says}", lambda: send(walk.at.database, walk.now, says))


def decide_about_letter(walk: "Walk", random: Random) -> None:
    """One that did not leave, or any other; by somebody of the team, or of another."""
    with walk.at.database.read() as connection:
        written = select(Outbox.id, Outbox.state).where(Outbox.case_id.in_(walk.cases)).order_by(Outbox.number)
        letters = connection.execute(written).all()
    to_decide = [one.id for one in letters if one.state in ("refused", "unknown")] or [one.id for one in letters]
    if to_decide:
        letter, decide = random.choice(to_decide), random.choice((send_letter_again, confirm_letter, put_letter_aside))
        by = walk.actor(random.choice(("social_worker", "team_manager", "police_officer")), random)
        walk.give(f"{by.name}: {decide.__name__}", lambda: decide(walk.at.database, by, walk.now, letter))
