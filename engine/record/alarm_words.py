"""How the steps of an alarm are said. Nobody is named: whoever was told stands in the payload of the entry."""

WHOM = {"first": "whoever is first on duty", "second": "whoever is second on duty", "managers": "the managers"}
ALARM = {
    "raised": "Alarm: a child may be in immediate danger",
    "nobody": "Alarm: nobody is {place} on duty",
    "not_opened": "Alarm: a letter to {whom} had left, and nobody opened the case in time",
    "not_sent": "Alarm: it is not known that a letter to {whom} has left",
    "nobody_left": "Alarm: nobody is left to be told. It stands until somebody of the team opens the case",
    "opened": "The alarm is over: somebody of the team opened the case",
    "taken": "The alarm is over: somebody of the team took a task of the case",
    "completed": "The alarm is over: somebody of the team completed a task of the case",
}


def alarm_in_words(what: str, place: str) -> str:
    """`place` is one of WHOM; another is not said."""
    known = place if place in WHOM else ""
    return ALARM.get(what, "A step of an alarm").format(place=known, whom=WHOM.get(place, "somebody"))
