"""A story made from a recorded case on a page: by whom the case may be known, read through, and put in the draft."""

from collections.abc import Callable

import pytest

from engine.commands.accounts import add_membership
from engine.reads.audit.who_looked import looks
from engine.scenario.story import parse
from tests.builders import MONDAY, Authority, account, case_at, child, reference
from tests.engine.commands.calls_of_drafts import begun, otherwise
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]


def test_it(world: Authority, as_a: As) -> None:
    pass
