"""How a number of cases or of people is said to whoever knows of none of them: of few nothing is said but that they are
few, since it would tell of somebody.
"""

FEWEST = 6


def number_told(count: int) -> str:
    """“0”, “fewer than 6”, “1,234”."""
    return f"fewer than {FEWEST}" if 0 < count < FEWEST else f"{count:,}"
