"""The site that pages are read from beside stories is the one of tests/webapp."""

from tests.webapp.conftest import app, as_a, clock, database, settings, world

__all__ = ["app", "as_a", "clock", "database", "settings", "world"]
