"""A form that says that the child was seen says as well that it makes contact with the child (`x-contacts`): whoever
is about to see them would else not be shown how to communicate with them.
"""

from collections.abc import Iterator

from engine.forms.answer_roles import field_with_role
from engine.forms.contacts import CONTACTS
from engine.lint.form_file import FormFile
from engine.lint.lint_problems import LintProblem


def check(form: FormFile) -> Iterator[LintProblem]:
    asked = field_with_role(form.schema, "child_seen")
    if asked and "child" not in form.schema.get(CONTACTS, ()):
        message = f'The child is seen here: say {CONTACTS}: ["child"], so that it is shown how to communicate.'
        yield form.fault("contact-unmarked", ("properties", asked), message)
