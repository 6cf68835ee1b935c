"""Pages of the duty list."""

from datetime import datetime

from engine.commands.keeping_duty_list import add_duty_turn
from tests.browser.place import Place
from tests.builders import HOUR, Authority, account


def of_duty(turn: str) -> tuple[Place, ...]:
    return (
        Place("duty", "/duty", "team_manager"),
        Place("duty-of-others", "/duty", "health_practitioner"),
        Place("duty-turn", f"/duty/{turn}", "administrator"),
        Place("duty-remove", f"/duty/{turn}/remove", "team_manager"),
        Place("duty-minutes", "/duty-minutes", "administrator"),
    )


def put_on_duty(world: Authority, now: datetime) -> str:
    """From before the alarm until the evening; then there is nobody."""
    moments = {"starts_at": (now - HOUR).isoformat(), "ends_at": (now + 8 * HOUR).isoformat()}
    said = {"person": account(role="social_worker"), "place": "first", "address": "duty-worker@westshire.example"}
    return add_duty_turn(world.database, world.system, now - HOUR, {**said, **moments})
