"""Each language compiles and runs in real jails: what works, and every way to fail.

The programs stand in folders beside this file; table.toml says what is expected of them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

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
from sandbox.client import open_sandbox

pytestmark = [pytest.mark.jail, pytest.mark.timeout(180)]

HERE = Path(__file__).parent
TABLE = tomllib.loads((HERE / "table.toml").read_text())
INPUT, ANSWER = b"20 22\n", b"42\n"
REASONS = {Verdict.TLE: "cpu", Verdict.MLE: "memory", Verdict.CE: "error"}


def programs() -> list[tuple[str, Path]]:
    found = [
        (folder.name, program)
        for folder in sorted(HERE.iterdir())
        if folder.is_dir() and not folder.name.startswith("_")
        for program in sorted(folder.iterdir())
    ]
    for language, names in TABLE["shared"].items():
        base = load_registry().info(language)
        owner = load_registry().choose([f"main{base.extensions[0]}"], None)
        found += [(language, HERE / owner / name) for name in names]
    return found


@pytest.fixture(scope="module")
def tools():
    with open_sandbox() as sandbox:
        yield Tools(sandbox=sandbox, registry=load_registry(), artefacts=MemoryArtefacts())


def read_submission(registry, language: str, program: Path) -> Submission:
    if program.is_dir():
        files = {path.name: path.read_bytes() for path in sorted(program.iterdir())}
    else:
        content = program.read_bytes()
        files = {registry.file_name(language, content): content}
    return Submission(
        files=tuple(SourceFile(name=name, content=content) for name, content in files.items()),
        language=language,
        entry_point=registry.find_entry_point(language, files),
    )


def problem(cpu_ms: int = 5_000) -> Problem:
    return Problem(
        name="sum",
        title="Sum",
        limits=JudgeLimits(cpu_ms=cpu_ms, wall_ms=30_000, memory_bytes=192 << 20),
        checker=Checker(kind=CheckerKind.TOKENS),
        test_cases=(TestCase(name="1", input=INPUT, answer=ANSWER),),
    )


def skip_unless_installed(registry, language: str) -> None:
    if not any(info.is_installed for info in registry.probe() if info.name == language):
        pytest.skip(f"{language} is not installed: brig languages install {language}")


@pytest.mark.parametrize(
    ("language", "program"), programs(), ids=lambda value: getattr(value, "stem", value)
)
def test_program_gets_its_verdict(language, program, tools):
    skip_unless_installed(tools.registry, language)
    expected = Verdict[{**TABLE["all"], **TABLE["some"]}[program.stem]]

    judgement = judge(
        JudgeRequest(
            submission=read_submission(tools.registry, language, program),
            problem=problem(cpu_ms=500 if expected is Verdict.TLE else 5_000),
        ),
        tools,
    )

    assert judgement.verdict is expected, judgement
    if expected in REASONS:
        assert judgement.explanation is not None
        assert judgement.explanation.reason == REASONS[expected]
    if expected is Verdict.CE:
        assert judgement.compile is not None
        assert judgement.compile.log


@pytest.mark.parametrize("language", load_registry().names())
def test_template_of_the_page_is_accepted(language, tools):
    skip_unless_installed(tools.registry, language)
    content = tools.registry.info(language).template.encode()
    files = {tools.registry.file_name(language, content): content}
    submission = Submission(
        files=tuple(SourceFile(name=n, content=c) for n, c in files.items()),
        language=language,
        entry_point=tools.registry.find_entry_point(language, files),
    )

    judgement = judge(JudgeRequest(submission=submission, problem=problem()), tools)

    assert judgement.verdict is Verdict.AC, judgement
