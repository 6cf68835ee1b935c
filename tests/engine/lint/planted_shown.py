"""Faults of who may read an answer: names that nobody bears, groups of which nobody ever is, what is never shown."""

from tests.engine.lint.planted import Fault
from tests.engine.lint.small_bundle import ROLES, START_FORM

FORM, TITLE = "forms/visit/contribute.json", '"title": "What?"'
SEE_CHILD = "forms/visit/see_child.json"
LAST = 'role = "social_worker"\nleads = true'


def _shown(more: str, element: str = "contribution") -> Fault:
    return Fault("shown-to", FORM, TITLE, f"{TITLE}, {more}", element)


def _group(said: str) -> Fault:
    return Fault("shown-to", ROLES, LAST, f"{LAST}\n[group.helpers]\n{said}", "helpers")


SHOWN_FAULTS = [
    _shown('"x-shown-to": ["nobody_knows"]'),
    _shown('"x-shown-to": ["social_care"]'),
    _shown('"x-shown-to": ["social_care"], "x-role": "address"'),
    _shown('"x-shown-under": "The plan"'),
    _shown('"x-shown-to": ["social_care"], "x-when": "case.unborn", "x-role": "reason"'),
    Fault(
        "shown-to",
        SEE_CHILD,
        '"x-role": "late_reason"',
        '"x-role": "late_reason", "x-shown-to": ["social_care"]',
        "late_reason",
    ),
    Fault("form-language", FORM, TITLE, f'{TITLE}, "x-shown-to": "social_care"', "contribution.x-shown-to"),
    Fault("shown-to", START_FORM, '"title": "A form"', '"title": "A form", "x-shown-to": ["everybody"]'),
    _group('named_by = ["invited"]'),
    _group('name = "Helpers"'),
    _group('name = "Helpers"\nnamed_by = ["lead"]'),
    _group('name = "Helpers"\nnamed_by = []'),
    _group('name = "Helpers"\nnamed_by = ["invited"]\nletters = true'),
    _group('name = "Helpers"\nletters = "yes"'),
    _group('name = "Helpers"\nbegan = "nothing_said"'),
    _group('name = "Helpers"\nletters = true\nwithin = "case"'),
    Fault("shown-to", ROLES, LAST, f'{LAST}\n[group.social_care]\nname = "Care"\nletters = true', "social_care"),
    Fault("unreadable-file", ROLES, LAST, f"{LAST}\n[group]\nhelpers = 1"),
]
