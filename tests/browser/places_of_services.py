"""Pages of the directory of services."""

from tests.browser.place import Place
from tests.builders import Authority
from tests.engine.commands.calls_of_services import serves


def of_services(world: Authority) -> tuple[Place, ...]:
    serves(world, name="Harbour House", agency="none", run_by="", waiting_time="", takes_requests="no")
    service = serves(world, name="Family Links")
    return (
        Place("services", "/services", "team_manager"),
        Place("services-of-others", "/services", "health_practitioner"),
        Place("service", f"/services/{service}", "administrator"),
        Place("end-service", f"/services/{service}/end", "team_manager"),
    )
