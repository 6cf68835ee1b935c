"""What a family of five costs those who work on it: pages, clicks and fields, child by child and on one page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.builders import Authority, child, refer
from tests.webapp.visitor import Page, Visitor

As = Callable[..., Visitor]
FIVE = 5
INBOX = "/tasks?list=team"
STEPS: tuple[tuple[str, str, dict[str, str], dict[str, str]], ...] = (
    # Who does it, what it is called, what is asked once, and what of each child.
    (
        *("social_worker", "Clarify the concerns"),
        {},
        {"concerns_clarified": "They are alone at night.", "same_child": "no"},
    ),
    ("social_worker", "Decide the response", {}, {"response": "assessment", "reason": "They are alone at night."}),
    ("team_manager", "Allocate a social worker", {"lead_social_worker": "social_worker.1"}, {}),
)


@dataclass
class Journey:
    """A browser that counts: each page that it loads, each link or button, each field that is filled in."""

    visitor: Visitor
    pages: int = 0
    clicks: int = 0
    fields: int = 0
    at: Page | None = None

    def opens(self, address: str) -> Page:
        """A link is followed; the first page is where somebody is already."""
        self.pages += 1
        self.clicks += self.at is not None
        self.at = self.visitor.get(address)
        return self.at

    def sends(self, page: Page, typed: Mapping[str, str]) -> Page:
        self.pages, self.clicks, self.fields = self.pages + 1, self.clicks + 1, self.fields + len(typed.keys() - {"do"})
        self.at = self.visitor.send(page, typed)
        return self.at

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.pages, self.clicks, self.fields


def referred(world: Authority) -> None:
    children = [child(given_name=name, born=f"201{number}-06-03") for number, name in enumerate("ABCDE")]
    refer(authority=world, children=children)


def links(page: Page, title: str) -> list[str]:
    """To the tasks that are called so, of the inbox or of the page of a family."""
    found = page.tree.xpath("//main//a[starts-with(@href, '/tasks/')]")
    return [one.get("href") for one in found if one.text_content().startswith(title)]


def alone(as_a: As) -> tuple[int, int, int]:
    journeys = {role: Journey(as_a(role)) for role in ("social_worker", "team_manager")}
    for role, title, once, each in STEPS:
        for _ in range(FIVE):
            inbox = journeys[role].opens(INBOX)
            journeys[role].sends(journeys[role].opens(links(inbox, title)[0]), once | each)
    return added(journeys)


def together(as_a: As) -> tuple[int, int, int]:
    """After a step the page of the family offers the next one."""
    journeys = {role: Journey(as_a(role)) for role in ("social_worker", "team_manager")}
    for role, title, once, each in STEPS:
        journey = journeys[role]
        task = journey.opens(links(journey.at or journey.opens(INBOX), title)[0]).path.partition("#")[0]
        page = journey.opens(f"{task}/children?all=yes")
        first = {f"{task.removeprefix('/tasks/')}.{field}": said for field, said in each.items()}
        typed = once | first
        if each:
            page, typed = journey.sends(page, {**typed, "do": "same"}), {}
        assert f"is done for {FIVE} children" in journey.sends(page, typed).text
    return added(journeys)


def added(journeys: Mapping[str, Journey]) -> tuple[int, int, int]:
    pages, clicks, fields = zip(*(one.counts for one in journeys.values()), strict=True)
    return sum(pages), sum(clicks), sum(fields)


def test_a_family_of_five_costs_a_third(as_a: As, world: Authority) -> None:
    """Clarified, decided and allocated. Of findings from real use: ten identical tasks, before anything was decided."""
    referred(world)
    before = alone(as_a)
    referred(world)
    now = together(as_a)
    for what, one_by_one, at_once in zip(("pages", "clicks", "fields"), before, now, strict=True):
        print(f"{what}: {one_by_one} one by one, {at_once} on one page")  # noqa: T201 - shown with -s
    assert all(at_once * 3 <= one_by_one for one_by_one, at_once in zip(before, now, strict=True)), (before, now)
