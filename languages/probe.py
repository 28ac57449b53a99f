"""What is installed on this host: asks the tools themselves, which are trusted, for their version.

The only module of this package that starts processes.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from languages.definition import Definition

_TIMEOUT_S = 30
# Not the caller's environment: what answers here must be what a jail finds.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "GO111MODULE": "off",
    "GOCACHE": "off",
    "GOTOOLCHAIN": "local",
}


def find_version(definition: Definition) -> str | None:
    """Return the version of an installed language, None where a tool of it is missing."""
    if not all(os.access(tool, os.X_OK) for tool in definition.needed_tools()):
        return None
    try:
        done = subprocess.run(
            definition.version_argv,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = definition.version_pattern.search(done.stdout.decode("utf-8", "replace"))
    return found.group(1) if done.returncode == 0 and found else None
