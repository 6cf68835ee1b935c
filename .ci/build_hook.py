"""What a wheel carries besides Python: the built scripts and styles, the drawings, tables and forms, and what a
deployment begins with.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
from set_up import set_up_assets

MODELS = ("processes", "forms")


class WheelContents(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install takes nothing along: a copy of the models would go stale beside the checkout."""
        if version == "editable":
            return
        set_up_assets()
        for folder in MODELS:
            build_data["force_include"][str(Path(self.root) / folder)] = f"engine/_data/{folder}"
        build_data["force_include"][str(Path(self.root) / "deployment")] = "webapp/deployment"
