"""How a worker starts Python children of its own: nothing inherited but the code.

They stay in the worker's process group, so whoever ends the group ends them too.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_PR_SET_PDEATHSIG = 1


def module_argv(module: str, *args: str) -> list[str]:
    """Return the command of a module; the current directory is not searched for code."""
    return [sys.executable, "-P", "-m", module, *args]


def child_environment(**more: str) -> dict[str, str]:
    """Return the environment of a child: no BRIG_ variable, no URL."""
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(_ROOT), **more}


def die_with_parent(parent_pid: int) -> None:
    """Let the kernel kill this process when its parent ends, also by SIGKILL (prctl(2))."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        os._exit(1)  # it ended before the call
