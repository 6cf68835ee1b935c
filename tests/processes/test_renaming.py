"""What is renamed in one place is refused. Renamed everywhere, it works: tests/test_renamed_bundle.py."""

import re

import pytest

from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from tests.builders import shipped


@pytest.mark.parametrize(
    ("path", "old"),
    [
        ("processes/timescales.csv", "first_core_group"),
        ("forms/core_group/hold_core_group.json", "first_core_group"),
        ("forms/review_conference/hold_review_conference.json", "meet_family"),
        ("forms/section_47_enquiry/analyse_enquiry.json", "outcome"),
        ("forms/section_47_enquiry/analyse_enquiry.json", "substantiated_continuing_risk"),
        ("forms/immediate_protection/consult_home_authority.json", "confirmed_on"),
        ("forms/strategy_discussion/hold_strategy_discussion.json", "police"),
        ("forms/discontinuation/notify_agencies.json", "arrange_conference"),
        ("forms/immediate_protection/record_emergency_action.json", "order_extended"),
    ],
)
def test_what_is_renamed_in_one_place_only_is_refused(path: str, old: str) -> None:
    files = shipped()
    text = re.sub(rf"\b{old}\b", "another_name", files[path].decode())
    assert lint({**files, path: text.encode()}, known_checks=KNOWN_CHECKS)
