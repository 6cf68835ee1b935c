"""What no story tells is held against the rows as well."""

from collections.abc import Callable

import pytest

from tests.builders import Authority
from tests.truth.beside import BESIDE, Beside
from tests.truth.hearing import Hearing
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Visitor


@pytest.mark.parametrize("play", BESIDE, ids=lambda play: play.__name__)
def test_what_is_said_beside_stories_has_its_row(
    play: Beside, world: Authority, as_a: Callable[..., Visitor], clock: Clock
) -> None:
    hearing = Hearing(world, as_a, clock)
    play(hearing)
    assert hearing.untrue == []
    assert set(BESIDE[play]) - hearing.heard.keys() == set()
