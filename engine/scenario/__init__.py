"""Scenarios: stories in TOML, played through the same commands as the web pages, with the clock moved by hand."""
