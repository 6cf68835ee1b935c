"""Benchmarks run when they are named: in full by `make bench`, and in small, alone, before the tests by `make test`.

Nothing is asserted of a time: what they measure is the machine as much as the product.
"""

import pytest


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    named = any("benchmarks" in str(argument) for argument in config.invocation_params.args)
    return None if named else True
