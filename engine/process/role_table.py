"""roles.toml: the roles, the agencies, and the groups whose people may read an answer (`x-shown-to` in forms)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.base.errors import BadModel, Problem

ROLES = "processes/roles.toml"
ANY_AGENCY = ("agency", "Agency")  # the lane of whichever agency a task names

ROLE_FLAGS = frozenset({"leads", "supervises", "manages_team", "line", "chairs", "own_people"})
"""What a role may be beside its name. `leads`: may be the lead social worker; `supervises`: is told what starts in a
case of the team; `manages_team`: sees the page of the team; `line`: works on, manages or supervises the cases of a
team, so a chair is independent of it; `chairs`: leads conferences; `own_people`: takes part in meetings for the
leading agency itself.
"""


@dataclass(frozen=True, slots=True)
class Role:
    """A role of roles.toml, with its ROLE_FLAGS. Its people sign in, unless `account` is false."""

    id: str
    name: str
    agency: str | None
    flags: frozenset[str] = frozenset()
    account: bool = True


@dataclass(frozen=True, slots=True)
class AgencyKind:
    """An agency of the guidance, and the role that does a task of the lane `agency` for it.

    `leads`: the one that has the cases (children's social care); a bundle has exactly one.
    """

    id: str
    name: str
    role: str
    leads: bool = False


@dataclass(frozen=True, slots=True)
class ReaderGroup:
    """Who may read an answer that says so, beside the agency that has the cases. One of three makes somebody of it:

    `named_by`: their agency was named in the same run of the process, in an answer to a question with one of these
    roles (`x-role`). `began`: they began a process of the case whose start event has this property. `letters`: nobody
    with an account; they read it in what is written to them.
    """

    id: str
    name: str
    named_by: frozenset[str] = frozenset()
    began: str = ""
    letters: bool = False


@dataclass(frozen=True, slots=True)
class RoleTable:
    """Each by its id, in the order of the file."""

    roles: Mapping[str, Role]
    agencies: Mapping[str, AgencyKind]
    groups: Mapping[str, ReaderGroup]


def read_roles(content: bytes) -> RoleTable:
    """Raises BadModel where it is not TOML, or says not what each needs."""
    try:
        table: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadModel([Problem(ROLES, "", 0, f"it cannot be read as it is written: {error}")]) from None
    try:
        return RoleTable(
            {name: _role(name, row) for name, row in table["role"].items()},
            {
                name: AgencyKind(name, row["name"], row["role"], row.get("leads") is True)
                for name, row in table["agency"].items()
            },
            {name: _group(name, row) for name, row in table.get("group", {}).items()},
        )
    except KeyError as error:
        raise BadModel([Problem(ROLES, "", 0, f"{error} is missing")]) from None


def _role(name: str, row: Mapping[str, Any]) -> Role:
    flags = frozenset(flag for flag in ROLE_FLAGS if row.get(flag) is True)
    return Role(name, row["name"], row.get("agency"), flags, row.get("account") is not False)


def _group(name: str, row: Mapping[str, Any]) -> ReaderGroup:
    return ReaderGroup(
        name, row["name"], frozenset(row.get("named_by", ())), row.get("began", ""), row.get("letters") is True
    )
