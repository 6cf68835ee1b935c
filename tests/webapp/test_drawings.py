"""The drawings that the browser shows: whose they are, and which names stand on them."""

from collections.abc import Callable

from engine.facts.models import files_under
from tests.builders import ROOT, Authority, authority, case_at, publish
from tests.webapp.visitor import Visitor

As = Callable[..., Visitor]


def test_a_drawing_of_another_authority_is_not_there(as_a: As, world: Authority) -> None:
    authority(database=world.database, id="there", host="there.example")
    files = files_under(ROOT)
    files["processes/roles.toml"] += b"\n# as they do it there\n"
    bundle = publish(database=world.database, files=files, authority="there")
    visitor = as_a("social_worker")
    assert visitor.client.get(f"/drawings/{bundle}/referral").status_code == 404
    ours = visitor.get(f"/cases/{case_at(authority=world)}").tree.xpath("string(//@data-diagram)")
    assert visitor.client.get(ours).status_code == 200


def test_the_lanes_of_a_drawing_bear_the_names_of_the_roles(as_a: As, world: Authority) -> None:
    """The file is shown as it was published, but for them."""
    files = files_under(ROOT)
    drawn = files["processes/referral/referral.bpmn"]
    roles = files["processes/roles.toml"].replace(b'"Team manager"', b'"Practice manager"')
    bundle = publish(database=world.database, files={**files, "processes/roles.toml": roles})
    client = as_a("social_worker").client
    shown = client.get(f"/drawings/{bundle}/referral").data
    assert b'name="Practice manager"' in shown
    assert b'name="Team manager"' not in shown
    before = publish(database=world.database, files=files)
    assert client.get(f"/drawings/{before}/referral").data == drawn
