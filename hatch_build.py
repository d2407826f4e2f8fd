"""What a wheel has that a checkout has not: the face of the one package that it installs."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Face(BuildHookInterface):
    """Put alliances.py into a wheel as the package's `__init__`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the file; an editable install reads it where it is."""
        if version == "standard":
            build_data["force_include"]["alliances.py"] = "alliances/__init__.py"
