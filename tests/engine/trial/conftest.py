from collections.abc import Iterator

import pytest

from engine.base.database import Database
from tests import kept_databases
from tests.upgrade import of_version


@pytest.fixture(scope="module", params=["demonstration", "walks"])
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('trial') / 'recorded.db'}")
    database.upgrade()
    kept_databases.load(of_version.FOLDER / "v1.0" / f"{request.param}.jsonl.gz", database)
    yield database
    database.dispose()
