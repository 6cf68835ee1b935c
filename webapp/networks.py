"""From where somebody asks: the network whose people count together, and which proxy is believed."""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.base.settings import Network

log = structlog.get_logger()
PASSED_ON = "throughline.passed_on"
"""In the environment of a request that somebody passed on whose word for its origin is not taken."""
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
ONE_HOUSEHOLD = 64  # of IPv6 everybody is given so many bits to choose addresses from


def network_of(address: str) -> str:
    """An address of IPv4, or the /64 in which one of IPv6 lies. What is no address counts as one."""
    found = _parsed(address)
    return str(ip_network((found, ONE_HOUSEHOLD), strict=False)) if isinstance(found, IPv6Address) else str(found or "")


def is_among(address: str, networks: Collection[Network]) -> bool:
    found = _parsed(address)
    return found is not None and any(found in network for network in networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """One of IPv4 that is written as one of IPv6 is one of IPv4."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


class BehindProxies:
    """Takes the word of these proxies for who came and how; what anybody else says of it is not believed.

    Behind one that nobody has named everybody has its address. That is logged once, and no such request counts as one
    from this machine.
    """

    def __init__(self, app: WSGIApplication, proxies: Collection[Network]) -> None:
        self._app = app
        self._proxied = ProxyFix(app, x_for=1, x_proto=1)
        self._proxies = proxies
        self._has_warned = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if is_among(environ.get("REMOTE_ADDR", ""), self._proxies):
            return self._proxied(environ, start_response)
        if any(header in environ for header in FORWARDED):
            environ[PASSED_ON] = True
            if not self._has_warned:
                self._has_warned = True
                log.warning("requests come through a proxy that THROUGHLINE_PROXIES does not name")
        return self._app(environ, start_response)
