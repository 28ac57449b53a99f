"""What a test needs of its host, one reason for each thing that is missing.

Asks `sandbox.doctor`, as `brig doctor` does. With BRIG_REQUIRE_JAIL=1 (CI) a missing thing fails
the test instead of skipping it.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import pytest


@cache
def missing(feature: str) -> str | None:
    """Say why `feature` is not there, or None. Features: jail, cgroup1, cgroup2, browser."""
    match feature:
        case "jail":
            return _missing_jail()
        case "cgroup1" | "cgroup2":
            version = cgroup_version()
            return None if feature == f"cgroup{version}" else f"this host has cgroup v{version}"
        case "browser":
            has_browser = any(shutil.which(name) for name in ("chromium", "chromium-browser"))
            return None if has_browser else "no chromium: apt-get install chromium"
        case _:
            raise ValueError(f"unknown feature {feature!r}")


def require(*features: str) -> None:
    """Skip the running test, or fail it in CI, unless the host has all of `features`."""
    reasons = [reason for feature in features if (reason := missing(feature))]
    if not reasons:
        return
    if os.environ.get("BRIG_REQUIRE_JAIL") == "1":
        pytest.fail(f"BRIG_REQUIRE_JAIL=1, but {'; '.join(reasons)}", pytrace=False)
    pytest.skip("; ".join(reasons))


@cache
def cgroup_version() -> int:
    """Say which version holds the memory controller; on a hybrid host v2 can be empty."""
    controllers = Path("/sys/fs/cgroup/cgroup.controllers")
    return 2 if controllers.is_file() and "memory" in controllers.read_text().split() else 1


def _missing_jail() -> str | None:
    from sandbox.doctor import Mode, diagnose
    from sandbox.supervisor import JailerConfig

    diagnosis = diagnose(JailerConfig(slots=1))
    if diagnosis.mode is not Mode.REFUSED:
        return None
    return "; ".join(
        f"{layer.name}: {layer.found} ({layer.cure})"
        for layer in diagnosis.layers
        if layer.is_needed and not layer.is_present
    )
