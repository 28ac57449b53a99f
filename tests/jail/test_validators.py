"""Output validators in real jails: honest ones are heard, broken ones are never a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from judging.judge import JudgeRequest, judge
from judging.model import (
    Checker,
    CheckerKind,
    JudgeLimits,
    Problem,
    SourceFile,
    Submission,
    TestCase,
    Verdict,
)
from judging.tools import MemoryArtefacts, Tools
from languages.registry import load_registry

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.jail

ECHO = Submission(files=(SourceFile(name="e.py", content=b"print(input())"),), language="python3")
ACCEPT = "exit(42)"
REJECT = "exit(43)"
CHECKS_ITS_ARGUMENTS = """
import sys
data, answer, output = open(sys.argv[1]).read(), open(sys.argv[2]).read(), sys.stdin.read()
said = open(sys.argv[3] + "judgemessage.txt", "w")
said.write(f"{sys.argv[4:]} {sys.argv[3][-1]}")
sys.exit(42 if (data, answer, output) == ("5", "7", "5\\n") else 43)
"""
REJECTS_WITH_MESSAGES = """
import sys
open(sys.argv[3] + "judgemessage.txt", "w").write("off by one")
open(sys.argv[3] + "teammessage.txt", "wb").write(b"\\xffclose")
sys.exit(43)
"""
PLANTS_LINKS = """
import os, sys
os.symlink("/etc/passwd", sys.argv[3] + "judgemessage.txt")
os.mkfifo(sys.argv[3] + "teammessage.txt")
sys.exit(43)
"""
FLOODS_ITS_MESSAGE = """
import sys
open(sys.argv[3] + "judgemessage.txt", "w").write("m" * 30_000_000)
sys.exit(43)
"""
BUILD = "#!/bin/sh\nset -e\ngcc -o run v.c\n"
OPENS_INPUT = '#include <stdio.h>\nint main(int c, char **v) { return fopen(v[1], "r") ? 42 : 1; }'


@pytest.fixture(scope="session")
def tools(sandbox):
    return Tools(sandbox=sandbox, registry=load_registry(), artefacts=MemoryArtefacts())


@pytest.fixture
def judged(tools, tmp_path):
    """Return a function that judges an echo of 5 by validators with these files."""

    def judge_by(files: dict[str, str]):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755 if text.startswith("#!") else 0o644)
        programs = tuple(sorted(tmp_path.iterdir()))
        return judge(JudgeRequest(submission=ECHO, problem=problem(programs)), tools)

    return judge_by


def problem(programs: tuple[Path, ...]) -> Problem:
    flags = ("tight", "-x")
    return Problem(
        name="five",
        title="",
        limits=JudgeLimits(),
        checker=Checker(kind=CheckerKind.CUSTOM, flags=flags, program_paths=programs),
        test_cases=(TestCase(name="secret/1", input=b"5", answer=b"7"),),
        validation=JudgeLimits(cpu_ms=1_000, memory_bytes=100 << 20, output_bytes=1 << 20),
    )


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({"v.py": ACCEPT}, Verdict.AC),
        ({"v.py": REJECT}, Verdict.WA),
        ({"a.py": ACCEPT, "b.py": ACCEPT}, Verdict.AC),
        ({"a.py": ACCEPT, "b.py": REJECT}, Verdict.WA),
        ({"v/build": BUILD, "v/v.c": OPENS_INPUT}, Verdict.AC),
        ({"v/run": "#!/usr/bin/python3\nexit(42)\n"}, Verdict.AC),
        (
            {"v/m.cc": '#include "f.h"\nint main() { return f(); }', "v/f.h": "int f();",
             "v/f.cc": "int f() { return 42; }"},
            Verdict.AC,
        ),
    ],
    ids=["accepts", "rejects", "two_accept", "one_rejects", "build_run", "run", "several_sources"],
)  # fmt: skip
def test_validators_of_every_form_are_heard(judged, files, verdict):
    assert judged(files).verdict is verdict


def test_a_validator_sees_input_answer_output_and_flags(judged):
    judgement = judged({"v.py": CHECKS_ITS_ARGUMENTS})
    assert judgement.verdict is Verdict.AC
    assert judgement.test_results[0].judge_message == "['tight', '-x'] /"


def test_messages_come_back(judged):
    result = judged({"v.py": REJECTS_WITH_MESSAGES}).test_results[0]
    assert (result.verdict, result.judge_message, result.team_message) == (
        Verdict.WA, "off by one", "\ufffdclose"
    )  # fmt: skip


@pytest.mark.parametrize("source", [PLANTS_LINKS, FLOODS_ITS_MESSAGE], ids=["links", "flood"])
def test_planted_and_huge_messages_are_not_collected(judged, source):
    result = judged({"v.py": source}).test_results[0]
    assert (result.verdict, result.judge_message, result.team_message) == (Verdict.WA, "", "")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("exits_0.py", "pass"),
        ("raises.py", "raise SystemError"),
        ("crashes.c", "int main() { *(volatile int *)0 = 1; }"),
        ("spins.c", "int main() { for (;;); }"),
        ("sleeps.py", "import time; time.sleep(60)"),
        ("floods.py", "while True: print('x' * 9999)"),
        ("hoards.py", "x = []\nwhile True: x.append('y' * 1_000_000)"),
        ("scores.py", "import sys; open(sys.argv[3] + 'score.txt', 'w').write('1'); exit(42)"),
        ("does_not_compile.cpp", "int main() { return x; }"),
    ],
)
def test_a_broken_validator_is_a_judge_error(judged, name, source):
    judgement = judged({name: source})
    assert judgement.verdict is Verdict.JE
    assert judgement.explanation is not None
    assert judgement.explanation.reason == "checker"
    assert name in judgement.test_results[0].judge_message
