"""The authorities that share this installation."""

import re

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from engine.base.errors import BadAnswers, NotFound, NotPossible, RefusalCode
from engine.forms.cleaning import must_not_turn
from engine.people.command import CommandRight, Work, command
from engine.record.chain import INSTALLATION, NewEntry, append
from engine.tables import Authority

# It names a chain of the record, and is typed at the command line.
ID = re.compile(r"[a-z][a-z0-9_-]{0,49}")
TELEPHONE = re.compile(r"\+?[0-9][0-9 ]{1,30}")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


@command(may=CommandRight.SYSTEM)
def add_authority(work: Work, authority: str, name: str, host: str | None = None) -> str:
    """`host` is the name by which browsers reach `/refer` of this authority, without a port. Gives the id.

    Raises BadAnswers for what is no id, name or host name, NotPossible for one that is taken.
    """
    _must_be_right(authority, name, host)
    try:
        values = {"id": authority, "name": name.strip(), "host": host, "created_at": work.now}
        work.connection.execute(insert(Authority).values(values))
    except IntegrityError:
        raise NotPossible(
            "There is an authority of this id or host name already.", code=RefusalCode.NAME_TAKEN
        ) from None
    fact = NewEntry("authority_added", payload={"authority": authority, "name": name.strip(), "host": host})
    append(work.connection, INSTALLATION, work.actor.signature, work.now, [fact])
    return authority


@command(may=CommandRight.SYSTEM)
def set_telephone(work: Work, authority: str, telephone: str) -> None:
    """Where children's social care of this authority is reached at any hour: pages say it wherever somebody might wait
    in vain. Raises NotFound where there is no such authority, BadAnswers for what nobody can ring.
    """
    number = telephone.strip()
    if not TELEPHONE.fullmatch(number):
        raise BadAnswers({"telephone": "A telephone number is of figures and spaces, like 01632 960 001."})
    changed = work.connection.execute(update(Authority).where(Authority.id == authority).values(telephone=number))
    if not changed.rowcount:
        raise NotFound(f"There is no authority “{authority}”.", code=RefusalCode.UNKNOWN_NAME)
    fact = NewEntry("telephone_set", payload={"authority": authority, "telephone": number})
    append(work.connection, INSTALLATION, work.actor.signature, work.now, [fact])


def _must_be_right(authority: str, name: str, host: str | None) -> None:
    if not ID.fullmatch(authority):
        raise BadAnswers({"authority": "An authority’s id is of small letters, digits, - and _, a letter first."})
    if not name.strip():
        raise BadAnswers({"name": "Enter the name of the authority."})
    must_not_turn("name", "The name", name)
    if host is not None and not HOST.fullmatch(host):
        raise BadAnswers({"host": "A host name is like protect.example.gov.uk, in small letters and without a port."})
