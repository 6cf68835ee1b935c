"""What a form asks once for several children of a family, and what of each (`x-asked`)."""

from collections.abc import Iterator

from engine.forms.asked_together import asked_together
from engine.lint.form_file import FormFile, Scope, scopes
from engine.lint.lint_problems import LintProblem


def check(form: FormFile) -> Iterator[LintProblem]:
    """A list is asked as a whole; and what is asked once is not asked by what was answered for one of the children."""
    whole, *items = scopes(form)
    for scope in items:
        for name in (name for name, field in scope.fields.items() if "x-asked" in field):
            message = "x-asked stands at the list, which is asked together or of each child as a whole."
            yield scope.fault("asked-together", ("properties", name), message)
    yield from _shown_by_one(whole)


def _shown_by_one(whole: Scope) -> Iterator[LintProblem]:
    together = asked_together(whole.schema)
    for name in together:
        for asked in whole.fields[name].get("x-ui", {}).get("show_if", {}):
            if asked in whole.fields and asked not in together:
                message = f"It is asked once for all children, and shown by {asked}, which is asked of each child."
                yield whole.fault("asked-together", ("properties", name), message)
