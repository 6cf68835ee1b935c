"""Who reads an answer later, beside the steps, clocks and messages that name it: a closed vocabulary for `x-read-by`.

The linter's rule `unknown-reader` holds each form to what stands here, so that nobody is asked for a reader who does
not exist.
"""

from collections.abc import Mapping

READERS: Mapping[str, str] = {
    "case page": "the page of the case (engine/reads/case/case_page.py)",
    "worklist": "the lists of what is to be done (engine/reads/lists/worklist.py)",
    "guidance page": "the case held beside the guidance (engine/reads/audit/guidance.py)",
    "actions": "the actions of the case, and of whoever they are for (engine/reads/case/actions_of_case.py)",
    "what was shared": "the list of what was shared with whom (engine/reads/case/what_was_shared.py)",
    "replay": "the case read back step by step (engine/reads/audit/replay.py)",
    "access to the case": "who may know of the case (engine/people/who_knows.py)",
    "choice of a chair": "who may chair a conference (engine/facts/candidates.py)",
    "known children": "the search for a child that is known already (engine/facts/matching.py)",
}

SHOWN_TO_PEOPLE = frozenset({"case page", "guidance page", "replay"})
"""Those by which people are shown the answer as it was given, and nothing is decided."""
