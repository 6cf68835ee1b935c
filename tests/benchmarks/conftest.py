"""Benchmarks are run by `make bench` alone: what they measure is the machine as much as the product."""

import pytest


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    named = any("benchmarks" in str(argument) for argument in config.invocation_params.args)
    return None if named else True
