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


# What a jail sees of the host's programs: /usr without local additions (sandbox/plan.py).
_IN_JAIL = ("/usr/",)
_NOT_IN_JAIL = ("/usr/local/", "/usr/src/")


def find_version(definition: Definition) -> str | None:
    """Return the version of an installed language, None where a tool of it is missing.

    A tool that a jail would not see (a link to /opt, say) is missing, whatever the host has.
    """
    if not all(_is_usable(tool) for tool in definition.needed_tools()):
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


def _is_usable(tool: str) -> bool:
    real = os.path.realpath(tool)
    return (
        real.startswith(_IN_JAIL) and not real.startswith(_NOT_IN_JAIL) and os.access(real, os.X_OK)
    )
