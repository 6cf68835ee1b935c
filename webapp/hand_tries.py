"""One request about a draft that somebody tries by hand: what is kept of the try, and where it is played."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import render_template, request

from engine.base.errors import BadAnswers, NotPossible, RefusalCode
from engine.commands.trying_by_hand import go_on_with_try
from engine.trial.hand_page import DraftToTry, KeptTry, draft_to_try
from engine.trial.hand_scratch import HandScratch, PlayedTry, StepRefused
from engine.trial.hand_story import Told, next_moment, with_step
from webapp.pages import Answer, Visit

SENT = "sent"
"""In what is kept: the last form that was sent, so that one that is sent twice is done once."""
scratch = HandScratch()


@dataclass(frozen=True, slots=True)
class TryNow:
    """One request about a try that has begun."""

    visit: Visit
    draft: DraftToTry
    kept: KeptTry

    @property
    def change(self) -> str:
        return self.draft.row.id

    @property
    def moment(self) -> datetime:
        """When the next thing is done."""
        return next_moment(self.kept.told)

    @contextmanager
    def played(self, told: Told | None = None) -> Generator[PlayedTry]:
        """As it was kept, or `told`. Raises NotPossible where a step of it does not go any more."""
        files = self.draft.files.models
        try:
            with scratch.played(whose(self.visit, self.change), files, told or self.kept.told) as played:
                yield played
        except StepRefused as refused:
            words = f"Step {refused.number} of your try does not go any more: {refused.why}"
            raise NotPossible(words, code=RefusalCode.TRY_NOT_SO) from None

    def do(self, step: Mapping[str, Any], children: Mapping[str, Any] | None = None, sent: str = "") -> None:
        """Raises BadAnswers with what the product says where it does not go, and NotPossible."""
        told = with_step(self.kept.told, step, children)
        try:
            with scratch.played(whose(self.visit, self.change), self.draft.files.models, told):
                pass
        except StepRefused as refused:
            if isinstance(refused.refusal, BadAnswers):
                raise refused.refusal from None
            raise BadAnswers({"": refused.why}) from None
        self.keep({**told, SENT: sent} if sent else told)

    def keep(self, told: Told) -> None:
        self.visit.do(go_on_with_try, self.change, told, self.draft.hash, self.kept.version)

    def show(self, template: str, status: int, **words: Any) -> Answer:
        """`visit` stands where the clock of the try does."""
        visit = replace(self.visit, now=words.pop("moment", self.moment))
        return render_template(template, row=self.draft.row, tried=True, visit=visit, **words), status


def try_of(visit: Visit, change: str) -> TryNow:
    """Raises NotPossible where there is none, or the draft cannot be tried."""
    draft = visit.read_unlogged(draft_to_try, change)
    if draft.kept is None or draft.faults:
        words = "The draft has faults now. Mend them first." if draft.faults else "You have no try of this draft."
        raise NotPossible(words, code=RefusalCode.TRY_NOT_SO)
    return TryNow(visit, draft, draft.kept)


def as_it_was_seen(now: TryNow) -> TryNow:
    """Raises NotPossible where the page that was sent showed another state of it."""
    if request.form.get("version") != str(now.kept.version):
        words = "Your try went on since you opened that page. Look at where it stands now."
        raise NotPossible(words, code=RefusalCode.TRY_WENT_ON)
    return now


def whose(visit: Visit, change: str) -> str:
    return f"{change} {visit.actor.account}"
