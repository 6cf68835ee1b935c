"""What a child is called, everywhere in the same words: a referral may leave a name open."""

NOT_KNOWN = "not known"
"""What the form of a referral suggests to write where nobody knows a name."""


def child_name(given_name: str, family_name: str) -> str:
    given_known, family_known = (name.casefold() not in ("", NOT_KNOWN) for name in (given_name, family_name))
    if given_known and family_known:
        return f"{given_name} {family_name}".strip()
    if given_known or family_known:
        return f"{given_name} (last name not known)" if given_known else f"{family_name} (first name not known)"
    return "Name not known"
