"""What is said of a file that was brought in: what was kept, changed and refused, element by element."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.process.drawing import FLOW_NODES, line_of, local_name
from engine.process.safe_xml import XmlElement

SHOWN = 8
"""Elements that a line names."""
NEW = "new"
"""In the place of the process whose place something takes: none, it is one of its own."""
LONGEST_NAME = 200  # that is shown of an element


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is said. `element` is the id in the file, `name` what people read on it, `now` its new id; all
    empty where the file as a whole is meant. `line` is 0 where there is none.
    """

    words: str
    element: str = ""
    name: str = ""
    now: str = ""
    line: int = 0

    def where(self) -> str:
        """As people find it: its name and the id that it has, or had."""
        ids = " now ".join(dict.fromkeys(one for one in (self.element, self.now) if one))
        return f"“{self.name}” ({ids})" if self.name and ids else self.name or ids


@dataclass(frozen=True, slots=True)
class UnknownLane:
    """A lane that is no role by its name. `key` is what it is called in the drawing until somebody says who that is,
    `tasks` are the names of what is done in it, `role` is the one that was chosen for it, else empty.
    """

    key: str
    name: str
    tasks: tuple[str, ...]
    role: str = ""


@dataclass(frozen=True, slots=True)
class BroughtProcess:
    """A process of a foreign file. `key` is its number in the file; `takes_place` says that a drawing of its id was
    there, which it replaces.
    """

    key: str
    id: str
    name: str
    takes_place: bool
    lanes: tuple[UnknownLane, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody has said of a foreign file: `places`, by the number of a process in it, the process whose place it
    takes, or NEW; `roles`, by that number and the key of a lane, who that is.
    """

    places: Mapping[str, str] = field(default_factory=dict[str, str])
    roles: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])


@dataclass(frozen=True, slots=True)
class Imported:
    """`files` are the models of the whole draft, what was there with what was brought in over it; `stories` stand
    beside them. `processes` are those of a foreign file.

    Where anything is refused there is nothing but what stands in the way.
    """

    files: Mapping[str, bytes]
    kept: tuple[Remark, ...]
    changed: tuple[Remark, ...]
    refused: tuple[Remark, ...]
    stories: Mapping[str, bytes]
    processes: tuple[BroughtProcess, ...] = ()

    @property
    def draft(self) -> dict[str, bytes]:
        """All of it by path."""
        return {**self.stories, **self.files}


@dataclass(slots=True)
class ImportReport:
    """Gathers remarks while a file is read."""

    kept: list[Remark] = field(default_factory=list[Remark])
    changed: list[Remark] = field(default_factory=list[Remark])
    refused: list[Remark] = field(default_factory=list[Remark])
    processes: list[BroughtProcess] = field(default_factory=list[BroughtProcess])

    def of(self, files: Mapping[str, bytes], stories: Mapping[str, bytes]) -> Imported:
        """The draft with what was said of it."""
        if self.refused:
            return Imported({}, (), (), tuple(self.refused), {})
        return Imported(files, tuple(self.kept), tuple(self.changed), (), stories, tuple(self.processes))

    def keep(self, words: str) -> None:
        self.kept.append(Remark(words))

    def change(self, words: str, node: XmlElement | None = None, now: str = "") -> None:
        self.changed.append(remark(words, node, now))

    def refuse(self, words: str, node: XmlElement | None = None) -> None:
        self.refused.append(remark(words, node))


def remark(words: str, node: XmlElement | None, now: str = "") -> Remark:
    if node is None:
        return Remark(words)
    around = [each for each in (node, *node.iterancestors()) if each.get("id")]
    named = next((each for each in around if local_name(each) in (*FLOW_NODES, "sequenceFlow")), [*around, node][0])
    return Remark(
        words, named.get("id", "")[:LONGEST_NAME], plain(named.get("name", ""))[:LONGEST_NAME], now, line_of(node)
    )


def plain(text: str) -> str:
    """A name on one line, as pictures break names where they like."""
    return " ".join(text.split())


def gathered(remarks: Iterable[Remark]) -> dict[str, list[str]]:
    """What is said, each thing once, with the elements of which it holds."""
    by_words: dict[str, dict[str, None]] = {}
    for one in remarks:
        places = by_words.setdefault(one.words, {})
        if where := one.where():
            places[where] = None
    return {words: list(places) for words, places in by_words.items()}


def lines_of_remarks(remarks: Iterable[Remark]) -> list[str]:
    """A line for each thing that is said, with the elements of which it holds."""
    lines: list[str] = []
    for words, named in gathered(remarks).items():
        more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        lines.append(_shown(f"{words}  {', '.join(named[:SHOWN])}{more}" if named else words))
    return lines


def _shown(line: str) -> str:
    """What a file says cannot steer the terminal on which it is read."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def in_json(imported: Imported) -> dict[str, list[dict[str, Any]]]:
    """The remarks of each kind, for another program and to be kept."""
    kinds = {"kept": imported.kept, "changed": imported.changed, "refused": imported.refused}
    return {kind: [asdict(one) for one in some] for kind, some in kinds.items()}
