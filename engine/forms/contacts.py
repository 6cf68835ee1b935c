"""With whom a task makes contact: whoever does it reads first how to communicate with them.

The form says `x-contacts`, with whom it sees, visits, invites, tells or writes to.
"""

from collections.abc import Iterable, Mapping

CONTACTS = "x-contacts"
WHOM: Mapping[str, str] = {
    "child": "the child",
    "family": "the family and others around the child",
    "professionals": "those who work with them",
}


def contacts_in_words(whom: Iterable[str]) -> str:
    return f"contact with {' and '.join(WHOM.get(one, one) for one in whom)}"
