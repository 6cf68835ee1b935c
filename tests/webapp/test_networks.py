"""Where a request comes from, as the connection says, or a proxy that is named."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from flask import Flask, request

from engine.base.settings import BadSetting, Settings
from tests.builders import ROOT, Authority
from webapp import create_app
from webapp.networks import is_among, network_of
from webapp.pages import PageRight, Visit, page


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_a_network_is_an_address_or_what_a_household_has(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "among"),
    [("10.0.0.9", True), ("::ffff:10.0.0.9", True), ("10.0.1.9", False), ("2001:db8::1", True), ("no address", False)],
)
def test_an_address_is_among_networks_of_either_kind(address: str, among: bool) -> None:
    assert is_among(address, [ip_network("10.0.0.0/24"), ip_network("2001:db8::/48")]) is among


def asked(app: Flask, connection: str, *forwarded: str) -> str:
    @page(may=PageRight.ANYONE, look=None)
    def say(_visit: Visit) -> str:
        return f"{request.remote_addr} {request.scheme}"

    app.add_url_rule("/from", "planted", say)
    headers = [("X-Forwarded-For", ", ".join(forwarded)), ("X-Forwarded-Proto", "https")] if forwarded else []
    return app.test_client().get("/from", headers=headers, environ_base={"REMOTE_ADDR": connection}).text


@pytest.mark.parametrize(
    ("connection", "forwarded", "seen"),
    [
        ("127.0.0.1", ("198.51.100.7",), "198.51.100.7 https"),
        ("127.0.0.1", ("6.6.6.6", "198.51.100.7"), "198.51.100.7 https"),  # what the browser said of itself before
        ("127.0.0.1", (), "127.0.0.1 http"),
        ("203.0.113.5", ("198.51.100.7",), "203.0.113.5 http"),
    ],
)
def test_only_a_proxy_that_is_named_says_who_came(
    settings: Settings, world: Authority, connection: str, forwarded: tuple[str, ...], seen: str
) -> None:
    named = replace(settings, proxies=(ip_network("127.0.0.1"),))
    assert asked(create_app(named, world.database), connection, *forwarded) == seen


def test_without_a_proxy_nobody_is_believed(settings: Settings, world: Authority) -> None:
    app = create_app(replace(settings, https=True), world.database)
    assert asked(app, "127.0.0.1", "198.51.100.7") == "127.0.0.1 http"


@pytest.mark.parametrize("name", ["THROUGHLINE_PROXIES", "THROUGHLINE_TRUSTED_NETWORKS"])
def test_networks_are_written_with_blanks_or_commas(name: str) -> None:
    models = {"THROUGHLINE_MODELS": str(ROOT)}
    chosen = Settings.from_environment({**models, name: "10.0.0.0/24, 127.0.0.1 2001:db8::/48"})
    found = chosen.proxies + chosen.trusted_networks
    assert [str(one) for one in found] == ["10.0.0.0/24", "127.0.0.1/32", "2001:db8::/48"]
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({**models, name: "10.0.0.1/24"})
