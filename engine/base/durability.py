"""Whether what is committed survives a power cut, as the database itself says."""

from collections.abc import Mapping

from engine.base.database import Database

LOSES: Mapping[str, str] = {
    "fsync": "a power cut may lose or spoil everything",
    "full_page_writes": "a power cut may spoil pages",
    "synchronous_commit": "a power cut may lose what was acknowledged",
}


def doubts(database: Database) -> list[str]:
    """What should be set otherwise. SQLite is opened as it must be; PostgreSQL is set up by somebody else."""
    if database.url.get_backend_name() != "postgresql":
        return []
    with database.read() as connection:
        stands = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in LOSES}
    return [
        f"PostgreSQL has {name}=off: {LOSES[name]}. Set it to on." for name, value in stands.items() if value == "off"
    ]
