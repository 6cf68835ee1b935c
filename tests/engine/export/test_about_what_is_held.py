"""What stands beside what is given: what the law asks to be said of it (UK GDPR article 15(1))."""

import re

from engine.base.database import Database
from engine.export.subject_pack import NO_RULE, make_subject_pack
from tests.builders import MONDAY, authority, case_at
from tests.engine.commands.calls_of_retention import rules
from tests.engine.commands.calls_of_subject import asks_what_is_held, decides_items
from tests.engine.export.packs import opened

# UK GDPR article 15(1)(a), (b), (c), (g), (d) and (h); (e) and (f) stand under what they can do.
ARTICLE_15 = {
    "Why we hold and use it",
    "What kinds of information it is",
    "Who may have seen it",
    "Where it comes from",
    "How long we keep it",
    "What a computer decides",
}


def test_it_says_why_for_whom_from_whom_and_for_how_long(database: Database) -> None:
    world = authority(database=database)
    officer, request = world.actor("privacy_officer"), asks_what_is_held(world, case_at(authority=world))
    decides_items(world, request, lambda _item: {"decision": "withheld", "ground": "serious_harm"})
    assert NO_RULE in opened(make_subject_pack(database, officer, MONDAY, request)).text("index.html")
    rules(world, 5, "birth")
    again = opened(make_subject_pack(database, officer, MONDAY, request)).text("index.html")
    assert "5 years after the child was born, for every case. Where several count, the longest does." in again
    (about,) = re.findall("<dl>.*</dl>", again, flags=re.DOTALL)
    assert "task to us, Here (Children Act 1989" in " ".join(about.split())
    assert set(re.findall("<dt>(.*?)</dt>", about)) == ARTICLE_15
