"""Builds the jailer with the package: `pip install .` and `uv sync` run the same make as setup."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_JAILER = "sandbox/jailer/brig-jailer"


class JailerBuildHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is absent at check
    """Runs `make -C sandbox/jailer` and adds what it made to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files are collected; `version` is "editable" or "standard"."""
        del version
        compiler = os.environ.get("CC", "cc").split()[0]
        _find(compiler)
        make = _find("make")
        subprocess.run([make, "--silent", "-C", Path(self.root, _JAILER).parent], check=True)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["artifacts"].append(_JAILER)


def _find(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise SystemExit(
            f"Brig's jailer is a small C program, and there is no {tool!r} here.\n"
            "Install a C compiler, its headers and make (Debian: gcc libc6-dev make)."
        )
    return path
