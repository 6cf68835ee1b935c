"""A fault planted in the small bundle: a small change of one file, and the rule that must find it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`old` in the file at `path` becomes `new`; without `old` the whole file does. The finding names `element`."""

    rule: str
    path: str
    old: str
    new: str
    element: str = ""
    everywhere: bool = False

    def plant(self, bundle: dict[str, str]) -> dict[str, str]:
        text = bundle.get(self.path, "")
        assert self.old in text, f"{self.old} is not in {self.path}"
        times = -1 if self.everywhere else 1
        return {**bundle, self.path: text.replace(self.old, self.new, times) if self.old else self.new}
