"""Languages from Debian's packages: asks apt-get, as root, and looks whether it helped.

Nothing here chooses a package: their names stand in languages.toml.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from cli.errors import CannotInstall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from languages.model import LanguageInfo
    from languages.registry import Registry

_APT_GET = "/usr/bin/apt-get"
_OPTIONS = ("--yes", "--quiet", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0")
_TAIL_LINES = 5


def install_languages(
    registry: Registry, names: Sequence[str], say: Callable[[str], None]
) -> tuple[LanguageInfo, ...]:
    """Install what these languages lack and describe them; `say` gets lines for people.

    A language that works already costs nothing and needs no root. Raises UnknownLanguage before
    anything is done, and CannotInstall with cause and cure.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        registry.info(name)
    missing = [info for info in registry.probe() if info.name in wanted and not info.is_installed]
    if missing:
        packages = list(dict.fromkeys(package for info in missing for package in info.packages))
        _refuse_if_impossible(packages)
        say(f"installing {' '.join(packages)}")
        _install(packages, say)
        registry.forget_versions()
    infos = {info.name: info for info in registry.probe()}
    absent = [name for name in wanted if not infos[name].is_installed]
    if absent:
        raise CannotInstall(
            f"the packages are installed, but {', '.join(absent)} still does not work: "
            "a tool that languages.toml names is missing"
        )
    return tuple(infos[name] for name in wanted)


def _refuse_if_impossible(packages: Sequence[str]) -> None:
    if shutil.which(_APT_GET) is None:
        raise CannotInstall(
            f"there is no {_APT_GET}: this is not Debian or Ubuntu. Install what corresponds to "
            f"the packages {' '.join(packages)} by this system's own means"
        )
    if os.geteuid() != 0:
        raise CannotInstall(
            f"installing packages needs root: sudo apt-get install {' '.join(packages)}"
        )


def _install(packages: Sequence[str], say: Callable[[str], None]) -> None:
    install = ("install", *_OPTIONS, "--", *packages)
    if _apt_get(*install) is None:
        return
    say("refreshing the package lists")
    _apt_get("update", "--quiet")
    failure = _apt_get(*install)
    if failure is not None:
        raise CannotInstall(f"apt-get could not install {' '.join(packages)}: {failure}")


def _apt_get(*arguments: str) -> str | None:
    """Run apt-get, showing its output on stderr; return its last lines if it failed."""
    process = subprocess.Popen(
        (_APT_GET, *arguments),
        env={**_environment(), "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines: list[str] = []
    with process:
        for line in process.stdout or ():
            sys.stderr.write(line)
            lines = [*lines[1 - _TAIL_LINES :], line.strip()]
    return None if process.returncode == 0 else " / ".join(lines) or "it said nothing"


def _environment() -> dict[str, str]:
    # Proxies are the administrator's to set; everything else is fixed.
    proxies = {name: os.environ[name] for name in os.environ if name.lower().endswith("_proxy")}
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **proxies}
