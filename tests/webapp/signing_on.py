"""A site that has a provider of single sign-on, and browsers at both."""

from dataclasses import replace
from typing import Any

from engine.base.provider_settings import IdentityProvider
from engine.base.settings import Settings
from engine.commands.provider_links import link_account
from engine.people.identity import SYSTEM
from tests.builders import Authority, account
from tests.identity_provider import CLIENT, SECRET, RunningProvider
from tests.webapp.conftest import Clock
from tests.webapp.visitor import Page, Visitor
from webapp import create_app

NAME = "Westshire Council"
WORKER = account(role="social_worker")


class SignOn:
    """A site that has a provider, and browsers at both."""

    def __init__(self, settings: Settings, world: Authority, clock: Clock, provider: RunningProvider) -> None:
        secret = settings.var.parent / "client-secret"
        secret.write_text(SECRET + "\n")
        chosen = IdentityProvider(provider.issuer, CLIENT, secret, NAME, second_factors=frozenset({"mfa"}))
        self.settings = replace(settings, provider=chosen, address="http://localhost")
        self.world, self.clock, self.provider = world, clock, provider
        self.again()

    def again(self) -> None:
        """The site anew, which has asked the provider nothing yet."""
        self.app = create_app(self.settings, self.world.database, now=self.clock)

    def browser(self) -> Visitor:
        return Visitor(self.app.test_client())

    def goes(self, visitor: Visitor, page: Page, button: str = f"Sign in with {NAME}") -> dict[str, str]:
        """As far as the provider sends the browser back."""
        return self.provider.lets_in(address_in(visitor.send(page, button=button)))

    def links(self, person: str) -> None:
        """By whoever runs the system: nobody who opens much is linked by their address."""
        known = self.provider.issuer, f"there-{person}"
        link_account(self.world.database, SYSTEM.at(self.world.id), self.clock.now, person, *known)

    def enters(self, person: str = WORKER, path: str = "/sign-in", **said: Any) -> tuple[Visitor, Page]:
        visitor = self.browser()
        known = {"sub": f"there-{person}", "email": f"{person}@example.org", "email_verified": True}
        self.provider.says(**{**known, **said})
        return visitor, back(visitor, self.goes(visitor, visitor.get(path)))


def address_in(page: Page) -> str:
    found = page.tree.xpath("string(//head/meta[@http-equiv='refresh']/@content)").partition("url=")[2]
    assert found == page.tree.xpath("string(//main//a[text()='Go on']/@href)")
    return found


def back(visitor: Visitor, brought: dict[str, str], *, status: int = 200) -> Page:
    query = "&".join(f"{name}={value}" for name, value in brought.items())
    return visitor.get(f"/sign-in/provider/back?{query}", status=status)
