from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import COMMANDS

ROOT = Path(__file__).parents[3]


def brig(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=30,
    )


def test_help_lists_every_command():
    result = brig("--help")

    assert result.returncode == 0
    assert [name for name in COMMANDS if name not in result.stdout] == []


def test_help_imports_no_room():
    code = (
        "import sys, cli.main\n"
        "rooms = ('sandbox', 'languages', 'judging', 'store', 'worker', 'web')\n"
        "print([m for m in sys.modules if m.split('.')[0] in rooms])\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert result.stdout == "[]\n"


def test_version_is_that_of_the_package():
    assert brig("--version").stdout.startswith("brig 0.")


def test_unknown_command_is_bad_input():
    assert brig("jugde").returncode == 2


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (("run", "--json"), "FILE"),
        (("run", "a.py", "--cpu-ms", "much", "--json"), "cpu_ms"),
        (("run", "a.py", "--fast", "--json"), "--fast"),
        (("judge", "package", "--json"), "FILE..."),
        (("key", "revoke", "--json"), "ID"),
        (("jugde", "--json"), None),
    ],
)
def test_a_wrong_command_line_is_told_in_one_document(args, field):
    result = brig(*args)

    assert result.returncode == 2
    error = json.loads(result.stdout)["error"]
    assert error["field"] == field
    assert result.stderr.endswith(f"{error['message']}\n")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_json_form(name):
    source = (ROOT / "cli" / f"{name}.py").read_text()

    assert '"--json"' in source
