"""What somebody types to find something is kept for them, so that it stands in no address: browsers, proxies and logs
keep addresses, and a child's name in one of them would be read by whoever comes next.
"""

from datetime import timedelta

from sqlalchemy import delete, insert

from engine.base.identifiers import new_id
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import must_see_all
from engine.tables import KeptSearch

# As long as somebody may be signed in at a stretch: by then nobody goes back to it.
KEPT_FOR = timedelta(hours=12)


@command(may=CommandRight.SIGNED_IN)
def keep_search(work: Work, words: str) -> str:
    """The id under which the one who gave the words, and nobody else, finds them again (`kept_searches.words_of`)."""
    return _keep(work, words)


@command(may=CommandRight.SIGNED_IN)
def keep_search_in_case(work: Work, case: str, words: str) -> str:
    """As `keep_search`, for a list that shows all of a case; empty for no words. Raises NotFound, NotAllowed as
    `must_see_all`.
    """
    must_see_all(work.connection, work.actor, case)
    return _keep(work, words) if words else ""


def _keep(work: Work, words: str) -> str:
    """What has run out is forgotten with it, whoever's it was."""
    search = new_id()
    work.connection.execute(delete(KeptSearch).where(KeptSearch.until <= work.now))
    row = {"id": search, "account_id": work.actor.account, "words": words, "until": work.now + KEPT_FOR}
    work.connection.execute(insert(KeptSearch).values(row))
    return search
