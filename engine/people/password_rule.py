"""Which passwords nobody may have. They are asked for by length, and never run out (docs/decisions/passwords.md).

Those that are tried first are known from zxcvbn's lists of what has leaked and of common words and names; it also finds
how such words are put together: repeats, rows of keys, years.
"""

import re
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, cast

from zxcvbn import zxcvbn  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

from engine.base.errors import BadAnswers

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
PRODUCT = "Throughline"
# Tries after which somebody who begins with what is common would be in: NIST SP 800-63B leaves the number open.
COMMON = 10**8
# zxcvbn takes no more at once. Whatever comes after makes a password no weaker.
LOOKED_AT = 72
SHORTEST_WORD = 3
# Of a password without one's own words so much is left at least.
LEAST_OF_OTHERS = 8
OTHER = "Choose another, for instance three words that do not belong together."
TRIED_FIRST = (
    f"This password is one of those that are tried first: common words or names, a row of keys, or repeats. {OTHER}"
)
OF_ONES_OWN = f"This password is made of a name, an email address or the name of this product. {OTHER}"
# zxcvbn keeps the words of one's own where all threads share them.
_alone = Lock()


def must_be_good(password: str, own: Iterable[str] = ()) -> None:
    """`own` is what is known of the person: name and email address. Raises BadAnswers, by the field `password`."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        limits = f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
        raise BadAnswers({"password": f"The password must have {limits}."})
    words = {*_words(own)}
    if len(_without(words, password)) < LEAST_OF_OTHERS:
        raise BadAnswers({"password": OF_ONES_OWN})
    with _alone:
        judged: Any = cast("Any", zxcvbn)(password[:LOOKED_AT], [*words])
    if judged["guesses"] < COMMON:
        raise BadAnswers({"password": TRIED_FIRST})


def _without(words: Iterable[str], password: str) -> str:
    """The letters and figures of a password that are no part of one's own words."""
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return re.sub(r"[\W_]+", "", rest)


def _words(own: Iterable[str]) -> Iterator[str]:
    """Folded: as they are written, their parts, and those in one."""
    for text in (PRODUCT, *own):
        folded = text.casefold()
        pieces = re.split(r"[\W_]+", folded)
        yield from (one for one in (folded, "".join(pieces), *pieces) if len(one) >= SHORTEST_WORD)
