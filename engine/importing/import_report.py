"""What is said of a file that was brought in: what was kept, changed and refused, element by element."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.process.drawing import FLOW_NODES, line_of, local_name
from engine.process.safe_xml import XmlElement

SHOWN = 8
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
class Imported:
    """`files` is the whole draft, the bundle in force with what was brought in, `stories` what came beside it.

    Where anything is refused there is nothing but what stands in the way.
    """

    files: Mapping[str, bytes]
    kept: tuple[Remark, ...]
    changed: tuple[Remark, ...]
    refused: tuple[Remark, ...]
    stories: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


@dataclass(slots=True)
class ImportReport:
    """Gathers remarks while a file is read."""

    kept: list[Remark] = field(default_factory=list[Remark])
    changed: list[Remark] = field(default_factory=list[Remark])
    refused: list[Remark] = field(default_factory=list[Remark])

    def of(self, files: Mapping[str, bytes], stories: Mapping[str, bytes] | None = None) -> Imported:
        """The draft with what was said of it."""
        if self.refused:
            return Imported({}, (), (), tuple(self.refused))
        return Imported(files, tuple(self.kept), tuple(self.changed), (), stories or {})

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


def lines_of_remarks(remarks: tuple[Remark, ...]) -> list[str]:
    """A line for each thing that is said, with the elements of which it holds."""
    by_words: dict[str, list[str]] = {}
    for one in remarks:
        by_words.setdefault(one.words, []).append(one.where())
    lines: list[str] = []
    for words, places in by_words.items():
        named = list(dict.fromkeys(place for place in places if place))
        more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        lines.append(_shown(f"{words}  {', '.join(named[:SHOWN])}{more}" if named else words))
    return lines


def _shown(line: str) -> str:
    """What a file says cannot steer the terminal on which it is read."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def in_json(imported: Imported) -> dict[str, Any]:
    """For another program: the remarks of each kind, and the paths of the draft."""
    kinds = {"kept": imported.kept, "changed": imported.changed, "refused": imported.refused}
    fields = ("words", "element", "name", "now", "line")
    said = {kind: [{name: getattr(one, name) for name in fields} for one in some] for kind, some in kinds.items()}
    return {**said, "files": sorted(imported.files)}
