"""Faults of what forms say of proceeding differently: a decision that one person could pass over, or no words why."""

from tests.engine.lint.planted import Fault

SEE_CHILD = "forms/visit/see_child.json"
_BECAUSE = '"because": "Nobody judges their own plan."'
_NEVER = '"open": "never"'
_FREE = '"x-departures": {"skip": "approved"},\n "properties"'

DEPARTURE_FAULTS = [
    Fault("departures", SEE_CHILD, '"skip": "never"', '"skip": "approved"', "x-departures"),
    Fault("departures", SEE_CHILD, f",\n  {_BECAUSE}", "", "x-departures"),
    Fault("form-language", SEE_CHILD, _NEVER, '"open": "perhaps"', "x-departures.open"),
    Fault("form-language", SEE_CHILD, _NEVER, '"jump": "never"', "x-departures"),
    Fault("departures", "forms/visit/start.json", ' "properties"', _FREE, "x-departures"),
]
