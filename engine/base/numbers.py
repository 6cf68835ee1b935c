"""Whether a number can have been given out: each has a figure or letter that the others decide; and how people write a
number or a reference that they were told.
"""

import re

_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]+")
_UPN = re.compile(r"([A-Z])([0-9]{11}[0-9A-Z])")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # without I, O and S
_TELEPHONE = re.compile(r"\+?[0-9(][0-9 ()./-]{1,40}")
_FEWEST_DIGITS, _MOST_DIGITS = 9, 15


def compact(number: str) -> str:
    """Without the spaces, dashes and points that people write between."""
    return _SEPARATORS.sub("", number).upper()


def reference_as_kept(typed: str) -> str:
    """The reference of a case that somebody typed as they heard it: `m43d mhk9` is M43D-MHK9. Other text stays as it
    is, in capitals: there is no case of that reference.
    """
    letters = compact(typed)
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == 8 else typed.strip().upper()


def nhs_number_problem(number: str) -> str:
    """Ten figures: the first nine times 10 to 2, added up, decide the last (NHS Data Dictionary, NHS NUMBER)."""
    figures = compact(number)
    if not (figures.isascii() and figures.isdecimal() and len(figures) == 10):
        return "must be the 10 figures of an NHS number, like 943 476 5919"
    check = -sum(int(figure) * (10 - place) for place, figure in enumerate(figures[:9])) % 11
    return "" if check == int(figures[9]) else "is no NHS number: check each figure, one of them is wrong"


def upn_problem(number: str) -> str:
    """A letter and twelve figures, of which the last is a letter in a temporary number: their sum, each times its
    place, decides the first letter (Government Data Standards Catalogue, Unique Pupil Number).
    """
    found = _UPN.fullmatch(compact(number))
    if found is None:
        return "must be a letter and 12 figures, like B801200005001"
    letter, rest = found[1], found[2]
    if rest[-1].isalpha() and rest[-1] not in _UPN_LETTERS:
        return "must be a letter and 12 figures, like B801200005001"
    values = (int(each) if each.isdecimal() else _UPN_LETTERS.index(each) for each in rest)
    total = sum(value * place for place, value in enumerate(values, start=2))
    right = _UPN_LETTERS[total % len(_UPN_LETTERS)] == letter
    return "" if right else "is no unique pupil number: check each figure and the first letter, one of them is wrong"


def telephone_problem(number: str) -> str:
    digits = sum(each.isdecimal() for each in number)
    if _TELEPHONE.fullmatch(number) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        return ""
    return "must be a telephone number with its area code, like 01632 960 001"
