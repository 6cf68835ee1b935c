# pyright: basic
"""The only thing that evaluates what stands in a drawing. It knows the safe language and nothing else."""

from typing import Any

from engine.expressions.evaluation import evaluate


class NothingIsRun(Exception):
    """A drawing asked for a script or a service: neither exists here, whatever the linter missed."""


class SafeEnvironment:
    """What the engine asks directly in a few places; the same answers as SafeScriptEngine."""

    def __init__(self, agencies: frozenset[str]) -> None:
        self._agencies = agencies

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:
        return evaluate(expression, context, self._agencies)

    def execute(self, script: str, context: dict[str, Any], external_context: Any = None) -> Any:
        raise NothingIsRun("scripts are never run")

    def call_service(self, context: dict[str, Any], **arguments: Any) -> Any:
        raise NothingIsRun("services are never called")


class SafeScriptEngine:
    """Takes the place of SpiffWorkflow's default engine, which runs any Python. Deliberately not derived from it."""

    def __init__(self, agencies: frozenset[str]) -> None:
        self._agencies = agencies
        self.environment = SafeEnvironment(agencies)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return evaluate(expression, task.data, self._agencies)

    def execute(self, task: Any, script: str, external_context: Any = None) -> Any:
        raise NothingIsRun("scripts are never run")

    def call_service(self, task: Any, **arguments: Any) -> Any:
        raise NothingIsRun("services are never called")
