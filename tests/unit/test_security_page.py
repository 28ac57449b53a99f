"""SECURITY.md names a test for every promise, and each of those tests exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text()


def promises() -> list[str]:
    section = PAGE.split("## What is promised")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][2:]


def test_every_promise_names_a_test():
    rows = promises()
    assert len(rows) > 20
    assert [row for row in rows if not re.search(r"`tests/\S+`", row)] == []


def test_every_named_test_exists():
    missing = []
    for name in re.findall(r"`(tests/[^`]+)`", PAGE):
        path, _, function = name.partition("::")
        source = ROOT / path
        if not source.exists():
            missing.append(name)
        elif function:
            tree = ast.parse(source.read_text())
            functions = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
            missing += [name] * (function not in functions)
    assert missing == []
