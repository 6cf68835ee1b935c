"""Names in sentences that are made in one piece, where no markup can set them apart."""

from unicodedata import bidirectional

RIGHT_TO_LEFT = ("R", "AL")


def by_itself(name: str) -> str:
    """Between the marks of Unicode that let it stand by itself, where it is written from right to left: without them it
    turns round the figures and signs that stand beside it.
    """
    turns = any(bidirectional(character) in RIGHT_TO_LEFT for character in name)
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if turns else name
