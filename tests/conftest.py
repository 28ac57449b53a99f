"""Chooses which tests this host can run, and says what was left out and why."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.requirements import cgroup_version, require

_left_out: pytest.StashKey[Counter[str]] = pytest.StashKey()


@pytest.fixture
def requires():
    """Return a function that skips the test (fails it in CI) when the host lacks a feature."""
    return require


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_left_out] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the lane of the other cgroup version: it is run elsewhere, not skipped here."""
    other = "cgroup1" if cgroup_version() == 2 else "cgroup2"
    deselected = [item for item in items if item.get_closest_marker(other)]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if not item.get_closest_marker(other)]
        config.stash[_left_out][f"tests of the other lane ({other})"] += len(deselected)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("jail") or item.get_closest_marker("e2e"):
        require("jail")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        kind = "jail" if item.get_closest_marker("jail") else "e2e"
        if item.get_closest_marker(kind):
            reason = str(report.longrepr[2]).removeprefix("Skipped: ")
            item.config.stash[_left_out][f"{kind} tests: {reason}"] += 1
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what, count in sorted(terminalreporter.config.stash[_left_out].items()):
        terminalreporter.write_line(f"left out: {count} {what}")
