"""A story is told in a few lines of TOML, and played on a database that was prepared once."""

from collections.abc import Callable, Generator
from textwrap import dedent

import pytest

from engine.scenario.databases import Fresh, temporary
from engine.scenario.player import Result
from engine.scenario.running import play_on
from engine.scenario.story import parse
from tests.builders import ROOT

CHILD = '[child.ada]\ngiven_name = "Ada"\nfamily_name = "Example"\nborn = 2011-06-03\n'
REFERRED = """
[[step]]
at = 2013-09-02T10:15:00
as = "health_practitioner"
start = "referral"
with = { immediate_danger = "no" }
"""
DECIDED = (
    REFERRED
    + """
[[step]]
at = 2013-09-02T15:00:00
as = "social_worker"
do = "decide_response"
with = { response = "assessment" }
"""
)

Tell = Callable[..., Result]


@pytest.fixture(scope="session")
def fresh() -> Generator[Fresh]:
    with temporary(ROOT) as prepared:
        yield prepared


@pytest.fixture
def tell(fresh: Fresh) -> Tell:
    """Plays steps about Ada, or a whole story where `children` says whom it is about."""

    def told(*steps: str, children: str = CHILD, top: str = "") -> Result:
        text = "\n".join([dedent(top), children, *map(dedent, steps)])
        return play_on(parse(text, "story.toml"), fresh())

    return told
