"""The people around a child as a picture: who belongs to which generation, who lives with the child, who is a risk.

It says nothing that the table beside it does not say. It is narrow, so that it can be read on a telephone and on paper:
three stand beside each other, and further ones below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from engine.facts.people_around import PersonAround
from engine.facts.personal_forms import BLOOD_IN_SHORT, CHILDREN, SIDES_IN_SHORT

BESIDE = 3
CELL, SYMBOL, ROW, HEAD, MARGIN, SIDE = 104, 40, 128, 26, 24, 10
LETTERS, MOST_LINES = 15, 4
"""As many fit below a symbol, in so many lines."""
ROUND, SQUARE = ("mother", "sister", "grandmother"), ("father", "brother", "grandfather")
OTHERS = ("relative", "professional", "other", "")
GENERATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Grandparents", ("grandmother", "grandfather")),
    ("Parents and carers", ("mother", "father", "step_parent", "carer")),
    ("Children", CHILDREN),
    ("Others", OTHERS),
)
SHORT = {
    "mother": "mother",
    "father": "father",
    "step_parent": "step-parent or partner",
    "carer": "carer",
    "sister": "sister",
    "brother": "brother",
    "sibling": "brother or sister",
    "grandmother": "grandmother",
    "grandfather": "grandfather",
    "relative": "relative",
    "professional": "professional",
}


@dataclass(frozen=True, slots=True)
class GenogramSymbol:
    """`shape` is `square`, `round` or `other`; `x` and `y` are its middle. `name` are the lines of the name below it,
    `lines` those of what else fits, `words` all that it says, for who does not see it. `tie` is `full`, `half`,
    `step` or empty for how a child is related.
    """

    x: int
    y: int
    shape: str
    name: tuple[str, ...]
    lines: tuple[str, ...]
    words: str
    is_child: bool
    lives_here: bool
    is_risk: bool
    has_died: bool
    tie: str


@dataclass(frozen=True, slots=True)
class GenogramLine:
    """`tie` as of a symbol: a half-brother or half-sister hangs on a broken line."""

    x1: int
    y1: int
    x2: int
    y2: int
    tie: str = ""


@dataclass(frozen=True, slots=True)
class Genogram:
    """`heads` are the generations, each with where it stands. `words` is all of it, one sentence a person."""

    width: int
    height: int
    heads: tuple[tuple[str, int], ...]
    symbols: tuple[GenogramSymbol, ...]
    lines: tuple[GenogramLine, ...]

    @property
    def words(self) -> str:
        return " ".join(one.words for one in self.symbols)


def drawn(child: str, people: Sequence[PersonAround], today: date) -> Genogram:
    """Those around the child, and those who have died; whoever has gone otherwise is not drawn."""
    y, heads, symbols, lines = 0, list[tuple[str, int]](), list[GenogramSymbol](), list[GenogramLine]()
    shown = [one for one in people if one.is_around or one.has_died]
    for head, relations in GENERATIONS:
        theirs: list[PersonAround | None] = [one for one in shown if _relation(one) in relations]
        theirs = [None, *theirs] if relations == CHILDREN else theirs
        if theirs:
            heads.append((head, y + 16))
            placed = [_symbol(child, one, today, *_place(nth, y)) for nth, one in enumerate(theirs)]
            symbols += placed
            lines += _bars(placed) if relations is not OTHERS else ()
            y += HEAD + ROW * -(-len(theirs) // BESIDE)
    bars = [one.y1 for one in lines]
    lines.append(GenogramLine(SIDE, min(bars), SIDE, max(bars)))
    return Genogram(MARGIN + BESIDE * CELL, y, tuple(heads), tuple(symbols), tuple(lines))


def _relation(person: PersonAround) -> str:
    return person.relation if person.relation in {one for _, some in GENERATIONS for one in some} else ""


def _place(nth: int, y: int) -> tuple[int, int]:
    return MARGIN + CELL * (nth % BESIDE) + CELL // 2, y + HEAD + ROW * (nth // BESIDE) + 16 + SYMBOL // 2


def _bars(placed: Sequence[GenogramSymbol]) -> Iterable[GenogramLine]:
    """Over each row a bar on which its people hang; a line at the side joins the bars of all generations."""
    rows = sorted({one.y for one in placed})
    for y in rows:
        bar, hanging = y - SYMBOL // 2 - 10, [one for one in placed if one.y == y]
        yield GenogramLine(SIDE, bar, hanging[-1].x, bar)
        yield from (GenogramLine(one.x, bar, one.x, y - SYMBOL // 2, one.tie) for one in hanging)


def _symbol(child: str, person: PersonAround | None, today: date, x: int, y: int) -> GenogramSymbol:
    if person is None:
        name, lines = _lines_of(child, ["the child"])
        words = f"{child}, the child."
        return GenogramSymbol(x, y, "other", name, lines, words, True, True, False, False, "full")
    said: Mapping[str, str] = person.who.said if person.who else {}
    blood, side = said.get("blood", ""), SIDES_IN_SHORT.get(said.get("side", ""), "")
    relation = BLOOD_IN_SHORT.get(blood, "") + SHORT.get(person.relation, "")
    lives = person.lives(today) in ("yes", "part") and not person.has_died
    notes = [relation, side, "has died" if person.has_died else "", "risk" if person.risks else ""]
    marks = [one for one in (*notes, "lives with the child" if lives else "", _responsible(person)) if one]
    name, lines = _lines_of(person.name, [one for one in notes if one])
    return GenogramSymbol(
        x=x,
        y=y,
        shape="round" if person.relation in ROUND else "square" if person.relation in SQUARE else "other",
        name=name,
        lines=lines,
        words=f"{person.name}: {', '.join(marks)}." if marks else f"{person.name}.",
        is_child=False,
        lives_here=lives,
        is_risk=bool(person.risks),
        has_died=person.has_died,
        tie=blood if person.relation in CHILDREN else "",
    )


def _responsible(person: PersonAround) -> str:
    return "has parental responsibility" if person.responsibility == "yes" else ""


def _lines_of(name: str, notes: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The name in two lines at most, and what else fits."""
    named = wrap(name, LETTERS, max_lines=2, placeholder="…")
    noted = [line for one in notes for line in wrap(one, LETTERS)]
    return (*named,), (*noted[: MOST_LINES - len(named)],)
