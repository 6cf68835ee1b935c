"""The list of differences on a page: a heading for each process, each sentence with what it points at."""

from jinja2 import Environment, PackageLoader

from engine.difference.model_difference import Mark, ModelDifference

MARKS = (Mark("before", "call", "old_way"), Mark("now", "call", "sift"), Mark("now", "call", "new_way"))
NEW = ModelDifference("call", "element", "sift", "added", "“Sift <all>” is new, where `case.unborn`.", MARKS)
OTHER = ModelDifference("", "edition", "name", "renamed", "The edition is another.")


def listed(groups: dict[str, tuple[ModelDifference, ...]], level: int = 3) -> str:
    """As a page has it that takes the macro in."""
    page = Environment(loader=PackageLoader("webapp"), autoescape=True).from_string(
        "{% from 'studio/difference.html' import difference_list %}{{ difference_list(groups, level) }}"
    )
    return page.render(groups=groups, level=level)


def test_each_sentence_stands_under_its_process_with_what_it_points_at() -> None:
    page = listed({"A call": (NEW,), "The edition of the guidance": (OTHER,)}, level=2)
    assert '<h2 class="govuk-heading-s" id="differences-1">A call</h2>' in page
    assert '<section class="app-differences" aria-labelledby="differences-2">' in page
    assert '<li data-process="call" data-before="old_way" data-now="sift new_way">' in page
    assert "“Sift &lt;all&gt;” is new, where <code>case.unborn</code>.</li>" in page
    assert "<li>The edition is another.</li>" in page


def test_where_nothing_differs_that_is_said() -> None:
    assert "Both say the same." in listed({})
