"""What people type, folded for comparison only: it is never shown and never kept as what somebody is called."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

# Written side by side without spaces: a syllable of a name each.
_SYLLABLES = re.compile("([\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af])")
_ARABIC_ARTICLE = re.compile("(?<![\u0600-\u06ff])\u0627\u0644(?=[\u0600-\u06ff]{3})")
_APOSTROPHES = re.compile("['`\"]")
_OTHERS = re.compile("[^a-z0-9]+")
_DIGITS_AS_LETTERS = str.maketrans("01345689", "oleassbg")
_BEFORE_A_NAME = frozenset({"o", "mc", "mac"})
_PARTICLES = frozenset(
    {"al", "el", "ul", "bin", "ibn", "bint", "de", "da", "dos", "del", "der", "la", "van", "von", "den"}
)
_TITLES = frozenset({"master", "miss", "mr", "mrs", "ms", "baby", "infant", "twin", "unborn", "child"})
_UNKNOWN = frozenset(
    {"not known", "unknown", "n k", "nk", "n a", "none", "not given", "no name", "not stated", "tbc", "x", "xx", "xxx"}
)
_VOWELS = frozenset("aeiouy")
_SOUNDS = (
    ("sch", "s"), ("sz", "s"), ("sh", "s"), ("cz", "c"), ("tch", "c"), ("ch", "c"), ("ph", "f"), ("kh", "k"),
    ("gh", "g"), ("th", "t"), ("dh", "d"), ("zh", "s"), ("tz", "s"), ("ts", "s"), ("ck", "k"), ("ce", "se"),
    ("ci", "si"), ("cy", "si"), ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"), ("mb", "m"),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Small letters of the Latin alphabet, digits and single spaces: whatever script, accents, capitals, apostrophes,
    hyphens and invisible characters were typed. Folding twice changes nothing more.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _ARABIC_ARTICLE.sub("", plain)
    letters = anyascii(_SYLLABLES.sub(r" \1 ", plain)).lower()
    return " ".join(_OTHERS.sub(" ", _APOSTROPHES.sub("", letters)).split())


@lru_cache(maxsize=20_000)
def name_words(text: str) -> tuple[str, ...]:
    """The words of a name, without titles and particles; none where the name is said not to be known."""
    folded = fold(text)
    if folded in _UNKNOWN:
        return ()
    words = [word.translate(_DIGITS_AS_LETTERS) for word in _joined(folded.split())]
    telling = [word for word in words if word not in _TITLES]
    return tuple([word for word in telling if word not in _PARTICLES] or telling)


def _joined(words: list[str]) -> list[str]:
    """“O Brien” is “OBrien”, “Mc Donald” is “McDonald”."""
    found: list[str] = []
    for word in words:
        if found and found[-1] in _BEFORE_A_NAME and len(word) > 1:
            found[-1] += word
        else:
            found.append(word)
    return found


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """How a folded word sounds, roughly: the vowels as one, letters that are heard alike as one."""
    heard = word
    for written, said in _SOUNDS:
        heard = heard.replace(written, said)
    heard = heard[:1].replace("w", "v").replace("y", "i") + heard[1:].replace("w", "u").replace("j", "i")
    classes = "".join("a" if letter in _VOWELS else letter for letter in heard)
    single = re.sub(r"(.)\1+", r"\1", re.sub("h(?=[^a]|$)|(?<=[^a])h", "", classes))
    return single.rstrip("a") or single


@lru_cache(maxsize=20_000)
def consonants(word: str) -> str:
    """The sound without its vowels, as Arabic and Hebrew are written."""
    return re.sub(r"(.)\1+", r"\1", re.sub("[ah]", "", sound(word))) or sound(word)


def has_vowels(word: str) -> bool:
    """Whether a folded word has vowels other than at its end; one from Arabic or Hebrew script often has none."""
    return any(letter in "aeiou" for letter in word[:-1])
