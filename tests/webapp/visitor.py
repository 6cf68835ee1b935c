"""A browser without scripts that inspects every page it loads. The author of a page, or of its test, writes nothing."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

Typed = Mapping[str, str | list[str] | None]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
NOTHING = ("default-src", "object-src", "base-uri", "frame-ancestors")
"""Of the content security policy."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
BY_ITSELF = re.compile("\N{FIRST STRONG ISOLATE}.*?\N{POP DIRECTIONAL ISOLATE}")
TYPED_INTO = (
    ".//input[@type='text' or @type='search' or not(@type)][not(@inputmode='numeric')]/@name | .//textarea/@name"
)
# A time of day; the new id of something that is drawn.
NO_WORDS = frozenset({"day-time", "new"})
LABELLED = "//input[not(@type='hidden')] | //select | //textarea"


# lxml's stubs know only a part of what it takes and gives.
read: Callable[[str], Any] = getattr(html, "document_fromstring")  # noqa: B009


def faults(page: Any, path: str) -> list[str]:
    """What no page may have, whatever it shows."""
    return [
        *_of_the_frame(page),
        *_of_ids(page),
        *_of_fields(page),
        *_of_forms(page, path),
        *_of_directions(page),
        *_of_refusals(page),
        *_of_names(page, path),
    ]


def _of_names(page: Any, path: str) -> list[str]:
    """Addresses and titles stay in the history of browsers, in logs and on screens: none has the name of a person.
    Pages write names apart from what stands beside them; on those of the pathway these are nobody's.
    """
    if path.startswith("/studio"):
        return []
    names = {" ".join(one.split()) for one in page.xpath("//main//bdi//text()")}
    kept = [page.xpath("string(//head/title)"), *page.xpath("//@href | //@action | //@src | //@formaction")]
    return [
        f"a name stands in a title or an address: {where}"
        for name in names
        if " " in name
        for where in kept
        if re.search(r"(?: |\+|%20|-)".join(map(re.escape, name.split())), where, re.IGNORECASE)
    ]


def _of_refusals(page: Any) -> list[str]:
    """What is called optional and was left empty is refused to nobody."""
    refused = page.xpath("//div[contains(@class, 'app-question')][.//*[contains(@class, 'govuk-error-message')]]")
    return [
        f"called optional, left empty and refused: {one.xpath('string(.//label | .//legend)').strip()}"
        for one in refused
        if one.xpath("(.//label | .//legend)[1]//*[@class='app-optional']") and not _given(one)
    ]


def _given(question: Any) -> bool:
    typed = question.xpath(
        ".//input[not(@type='radio' or @type='checkbox' or @type='hidden')]/@value | .//textarea/text()"
    )
    return any(each.strip() for each in typed) or bool(question.xpath(".//input[@checked] | .//option[@selected]"))


def _of_directions(page: Any) -> list[str]:
    """What is written from right to left turns round what stands beside it, unless it stands by itself."""
    bare = page.xpath("//body//text()[not(ancestor::bdi or ancestor::*[@dir='auto'] or ancestor::script)]")
    texts = (BY_ITSELF.sub("", text).strip() for text in bare)
    return [f"from right to left, and not by itself: {text!r}" for text in texts if RIGHT_TO_LEFT.search(text)]


def _of_the_frame(page: Any) -> list[str]:
    title = page.xpath("string(//head/title)")
    wanted = {
        "one title that ends with the name of the product": len(page.xpath("//title[not(ancestor::svg)]")) == 1
        and title.endswith(" – Throughline"),
        "one heading of the first level": len(page.xpath("//h1[normalize-space()]")) == 1,
        "a language": bool(page.xpath("//html[@lang='en-GB']")),
        "a main landmark": bool(page.xpath("//main[@id='main-content']")),
        "a link to the main landmark": bool(page.xpath("//a[@href='#main-content']")),
        "no GOV.UK in the title": "GOV.UK" not in title,
        "no script or style that the policy stops": not page.xpath(
            "//script[not(@nonce)] | //*[@style] | //*[@onclick]"
        ),
        "errors in the title where there are some": not page.xpath("//*[contains(@class, 'govuk-error-summary')]")
        or title.startswith("Error: "),
    }
    return [f"there is not {what}" for what, there in wanted.items() if not there]


def _of_ids(page: Any) -> list[str]:
    counts: Counter[str] = Counter(page.xpath("//*[@id][not(ancestor::template)]/@id"))
    found = [f"id {name} stands {count} times" for name, count in counts.items() if count > 1]
    targets = page.xpath("//a[starts-with(@href, '#')]/@href")
    found += [f"link to {target}, which is not there" for target in targets if target[1:] not in counts]
    named = [name for value in page.xpath("//*/@aria-describedby | //*/@aria-labelledby") for name in value.split()]
    patterns = set(page.xpath("//template//@id"))
    return found + [f"{name} is named but not there" for name in named if name not in {*counts, *patterns}]


def _of_fields(page: Any) -> list[str]:
    labels = set(page.xpath("//label/@for"))
    unnamed = [field for field in page.xpath(LABELLED) if field.get("id") not in labels]
    found = [f"no label: {html.tostring(field)!r}" for field in unnamed]
    grouped = page.xpath("//input[@type='radio' or @type='checkbox'][not(ancestor::fieldset/legend)]")
    return found + [f"no legend: {field.get('name')}" for field in grouped]


def _of_forms(page: Any, path: str) -> list[str]:
    found: list[str] = []
    for form in page.xpath("//form"):
        action = form.get("action", path)
        if not action.startswith("/"):
            found.append(f"a form goes to {action}")
        if form.get("method") == "post" and len(form.xpath(".//input[@name='csrf_token'][@value!='']")) != 1:
            found.append(f"the form to {action} carries no token")
        if form.get("method") != "post" and (typed := set(form.xpath(TYPED_INTO)) - NO_WORDS):
            found.append(f"the form to {action} puts what is typed into an address: {', '.join(sorted(typed))}")
        if not form.xpath(".//button"):
            found.append(f"the form to {action} has no button")
    return found


@dataclass
class Page:
    """A page as it was loaded; `path` is where it came from, after any redirect."""

    path: str
    response: TestResponse
    tree: Any

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def title(self) -> str:
        return self.tree.xpath("string(//title)").removesuffix(" – Throughline")

    @property
    def heading(self) -> str:
        return " ".join(self.tree.xpath("string(//h1)").split())

    @property
    def text(self) -> str:
        """Of the main part, with single spaces."""
        texts = self.tree.xpath("//main//text()")
        return " ".join("".join(text if _goes_on(text) else f" {text}" for text in texts).split())

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        found = self.tree.xpath("//*[contains(@class, 'govuk-error-summary__list')]//li")
        return [" ".join(each.text_content().split()) for each in found]

    def question(self, name: str) -> str:
        """The words beside a field: label, hint and error."""
        found = self.tree.xpath(f"//*[@name='{name}']/ancestor::div[contains(@class, 'app-question')][1]")
        return " ".join(found[0].text_content().split()) if found else ""

    def value(self, name: str) -> str:
        """What stands in a field, or which radio is chosen."""
        for field in self.tree.xpath(f"//main//*[@name='{name}'][not(ancestor::template)]"):
            if field.tag == "textarea":
                return (field.text or "").removeprefix("\n")
            if field.get("type") not in ("radio", "checkbox") or field.get("checked") is not None:
                return field.get("value", "")
        return ""

    def link(self, text: str) -> str:
        """Where the link with these words leads."""
        found = [each for each in self.tree.xpath("//a") if text in " ".join(each.text_content().split())]
        assert found, f"no link “{text}” on {self.path}"
        return found[0].get("href")


class Visitor:
    """Loads pages and sends their forms as a browser without scripts does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, *, status: int = 200) -> Page:
        return self._page(self.client.get(path, follow_redirects=True), status)

    def post(self, path: str, typed: Typed, *, status: int = 200) -> Page:
        """What no form of ours sends: only for what a page must refuse."""
        return self._page(self.client.post(path, data=_without_none(typed), follow_redirects=True), status)

    def send(self, page: Page, typed: Typed | None = None, *, button: str = "", status: int = 200) -> Page:
        """Fills in the form that has this button, and presses it; without one the main form of the page."""
        form, pressed = _form_of(page, button)
        data = {**_filled_in(form), **(typed or {}), **pressed}
        action = form.get("action") or page.path
        came_from = {"Origin": "http://localhost", "Referer": f"http://localhost{page.path}"}
        sent = self.client.post(action, data=_without_none(data), headers=came_from, follow_redirects=True)
        return self._page(sent, status)

    def sign_in(self, account: str) -> str:
        """In the demonstration, where people are picked from a list. Gives the path to which it leads."""
        page = self.get("/sign-in")
        form = page.tree.xpath("//form[@id='sign-in']")[0]
        response = self.client.post("/sign-in", data={**_filled_in(form), "account": account})
        assert response.status_code == 303, response.get_data(as_text=True)
        return response.location

    def _page(self, response: TestResponse, status: int) -> Page:
        path = response.request.full_path.rstrip("?")
        tree = read(response.get_data(as_text=True))
        page = Page(path, response, tree)
        assert response.status_code == status, f"{response.status_code} for {path}: {page.text[:500]}"
        assert not (found := faults(tree, path)), f"{path}: {found}"
        for name, value in HEADERS.items():
            assert response.headers[name] == value, f"{path}: {name}"
        policy = response.headers["Content-Security-Policy"]
        assert all(f"{name} 'none'" in policy for name in NOTHING), f"{path}: {policy}"
        assert "Access-Control-Allow-Origin" not in response.headers, f"{path}: others may read it"
        return page


def _goes_on(text: Any) -> bool:
    """Whether it belongs to the sentence before it: a name set apart in its direction, or what follows such a name."""
    beside = text.getparent()
    return beside.tag == "bdi" and (text.is_tail or bool(beside.xpath("preceding-sibling::node()[1][self::text()]")))


def _form_of(page: Page, button: str) -> tuple[Any, dict[str, str]]:
    if not button:
        return page.tree.xpath("//main//form[@method='post'][@id='form' or @id='sign-in']")[0], {}
    for pressed in page.tree.xpath("//form//button[not(ancestor::template)]"):
        if " ".join(pressed.text_content().split()) == button:
            name = pressed.get("name")
            return pressed.xpath("ancestor::form")[0], {name: pressed.get("value", "")} if name else {}
    raise AssertionError(f"no button “{button}” on {page.path}")


def _filled_in(form: Any) -> dict[str, str | list[str] | None]:
    data: dict[str, list[str]] = {}
    for field in form.xpath(".//*[@name][not(self::button)][not(ancestor::template)]"):
        if field.get("type") in ("radio", "checkbox") and field.get("checked") is None:
            continue
        data.setdefault(field.get("name"), []).append(_value(field))
    return {**data}


def _value(field: Any) -> str:
    if field.tag == "textarea":
        return (field.text or "").removeprefix("\n")
    if field.tag == "select":
        return next(iter(field.xpath(".//option[@selected]/@value")), "")
    return field.get("value", "")


def _without_none(typed: Typed) -> dict[str, str | list[str]]:
    """A field that is None is not sent at all, like a radio that nobody chose."""
    return {name: value for name, value in typed.items() if value is not None}
