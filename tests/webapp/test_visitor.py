"""The inspection of every page is seen to find what is planted in one."""

import pytest

from tests.webapp.visitor import faults, read

GOOD = """<!DOCTYPE html><html lang="en-GB"><head><title>Tasks – Throughline</title></head><body>
<a href="#main-content">Skip</a><main id="main-content"><h1>Tasks</h1>
<form method="post" action="/tasks"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name"><button>Send</button></form></main></body></html>"""

OPTIONAL_AND_REFUSED = """<div class="app-question"><label for="more">More <span class="app-optional">(optional)</span>
</label><p class="govuk-error-message">Answer it</p><input id="more" name="more"></div><label for="name">Name</label>"""


def test_a_good_page_has_no_fault() -> None:
    assert faults(read(GOOD), "/tasks") == []


@pytest.mark.parametrize(
    ("good", "bad", "found"),
    [
        ("Tasks – Throughline", "Tasks", "one title"),
        ("Tasks – Throughline", "GOV.UK – Throughline", "no GOV.UK"),
        ("<h1>Tasks</h1>", "<h1></h1>", "one heading"),
        ("<h1>Tasks</h1>", "<h1>Tasks</h1><h1>Tasks</h1>", "one heading"),
        (' lang="en-GB"', "", "a language"),
        ('href="#main-content"', 'href="#main"', "which is not there"),
        ("<h1>Tasks</h1>", '<h1>Tasks</h1><p id="name"></p>', "id name stands 2 times"),
        ("<h1>Tasks</h1>", '<h1 aria-describedby="hint">Tasks</h1>', "hint is named but not there"),
        ("<h1>Tasks</h1>", '<h1 style="color: red">Tasks</h1>', "no script or style"),
        ("<h1>Tasks</h1>", "<h1>Tasks</h1><script>alert(1)</script>", "no script or style"),
        ("<h1>Tasks</h1>", '<h1>Tasks</h1><div class="govuk-error-summary"></div>', "errors in the title"),
        ('<label for="name">', '<label for="other">', "no label"),
        ('id="name"', 'id="name" type="radio"', "no legend"),
        ('action="/tasks"', 'action="https://elsewhere.example"', "a form goes to https://elsewhere.example"),
        ('name="csrf_token" value="x"', 'name="csrf_token" value=""', "carries no token"),
        ("<button>Send</button>", "", "has no button"),
        ("<h1>Tasks</h1>", "<h1>Tasks</h1><p>ليلى · 1</p>", "from right to left"),
        ("<h1>Tasks</h1>", "<h1>Tasks</h1><bdi>Tasks – Throughline</bdi>", "a name stands in a title or an address"),
        ("<h1>Tasks</h1>", '<h1>Tasks</h1><bdi>Ada Lee</bdi><a href="/x?a=ada%20lee">x</a>', "a name stands in a"),
        ('method="post" action="/tasks"', 'method="get" action="/tasks"', "puts what is typed into an address: name"),
        ('<label for="name">Name</label>', OPTIONAL_AND_REFUSED, "called optional, left empty and refused"),
    ],
)
def test_a_planted_fault_is_found(good: str, bad: str, found: str) -> None:
    assert good in GOOD
    assert any(found in fault for fault in faults(read(GOOD.replace(good, bad)), "/tasks"))
