"""Programs of a problem package: validators, compiled once and run in a jail like any other.

A program is one source file, or a directory: with an executable `build` (run first, in a copy of
the directory) and then `run`, with `run` alone, or with sources of one language.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from judging.compile import CompileOutcome, compile_submission, judge_compile, with_entry_point
from judging.errors import CheckerCrashed
from judging.limits import enforced_compile_limits, enforced_limits
from judging.model import SourceFile, Submission, Verdict
from judging.runner import Artefact
from languages.errors import LanguageError
from sandbox import archive
from sandbox.model import InputFile, Limits, RunSpec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from judging.model import JudgeLimits, Problem
    from judging.runner import Runner
    from judging.tools import Tools
    from languages.model import StepPlan
    from sandbox.model import RunResult
    from sandbox.sealed import SealedFile

_SCRIPT_LIMITS = Limits(cpu_ms=60_000, wall_ms=121_000, memory_bytes=1 << 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRun:
    """What to give a program: its arguments, standard input, files, and what to collect."""

    args: tuple[str, ...] = ()
    stdin: SealedFile | None = None
    files: tuple[InputFile, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A compiled program of a package."""

    name: str
    artefact: Artefact
    plan: StepPlan | None  # None: the script `run`

    def run(self, what: ProgramRun, limits: JudgeLimits, runner: Runner) -> RunResult:
        """Run it once in a jail of its own. Raises SandboxError."""
        argv = ("/app/run",) if self.plan is None else self.plan.argv
        plan_limits = _SCRIPT_LIMITS if self.plan is None else self.plan.limits
        spec = RunSpec(
            argv=(*argv, *what.args),
            env=() if self.plan is None else self.plan.env,
            limits=enforced_limits(limits, plan_limits),
            stdin=what.stdin,
            files=what.files,
            use_app=True,
            outputs=what.outputs,
            outputs_max_bytes=limits.output_bytes,
        )
        return runner.run(spec, self.artefact)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ProgramFile:
    name: str
    content: bytes
    is_executable: bool


def build_program(path: Path, problem: Problem, tools: Tools, runner: Runner) -> Program:
    """Compile the program at `path`, or take its artefact from an earlier time.

    Raises CheckerCrashed when it does not compile or no language fits, and SandboxError.
    """
    files = _read_files(path)
    scripts = {file.name for file in files if file.is_executable} & {"build", "run"}
    if "build" in scripts:
        return _built_by_script(path.name, files, problem.compilation, (tools, runner))
    if "run" in scripts:
        content = _pack(files)
        artefact = Artefact.from_bytes(hashlib.sha256(content).hexdigest(), content)
        return Program(name=path.name, artefact=artefact, plan=None)
    return _compiled(path.name, files, problem, (tools, runner))


def _compiled(
    name: str, files: tuple[_ProgramFile, ...], problem: Problem, means: tuple[Tools, Runner]
) -> Program:
    tools, runner = means
    try:
        language = tools.registry.choose([file.name for file in files], None)
        sources = tuple(SourceFile(name=file.name, content=file.content) for file in files)
        submission = with_entry_point(Submission(files=sources, language=language), tools.registry)
        outcome = compile_submission(submission, problem.compilation, tools, runner)
        names = [file.name for file in files]
        plan = tools.registry.plan_run(
            language, names, submission.entry_point, problem.validation.memory_bytes
        )
    except LanguageError as error:
        raise CheckerCrashed(f"{name} cannot be compiled: {error}") from error
    return Program(name=name, artefact=_artefact_of(name, outcome), plan=plan)


def _built_by_script(
    name: str, files: tuple[_ProgramFile, ...], limits: JudgeLimits, means: tuple[Tools, Runner]
) -> Program:
    tools, runner = means
    key = hashlib.sha256(b"brig build script 1\0" + _pack(files)).hexdigest()
    kept = tools.artefacts.get(key)
    if kept is not None:
        return Program(name=name, artefact=Artefact.from_bytes(key, kept), plan=None)
    spec = RunSpec(
        argv=("/box/build",),
        limits=enforced_compile_limits(limits, _SCRIPT_LIMITS),
        files=tuple(
            InputFile(name=f.name, content=f.content, mode=0o755 if f.is_executable else 0o644)
            for f in files
        ),
        outputs=("./",),
    )
    result = runner.run(spec)
    artefact = _artefact_of(name, judge_compile(result, limits, key))
    made = {f.name for f in archive.unpack(artefact.archive.read()) if f.mode & 0o111}
    if "run" not in made:
        raise CheckerCrashed(f"{name}: its build script made no executable file named run")
    tools.artefacts.put(key, artefact.archive.read())
    return Program(name=name, artefact=artefact, plan=None)


def _artefact_of(name: str, outcome: CompileOutcome) -> Artefact:
    if outcome.artefact is not None:
        return outcome.artefact
    why = "" if outcome.result.explanation is None else outcome.result.explanation.text
    log = outcome.result.log.decode("utf-8", "replace")
    kind = "did not compile" if outcome.result.verdict is Verdict.CE else "could not be compiled"
    raise CheckerCrashed(f"{name} {kind}: {why}\n{log}".rstrip())


def _read_files(path: Path) -> tuple[_ProgramFile, ...]:
    try:
        if path.is_file():
            return (_read_file(path, path.name),)
        found = sorted(p for p in path.rglob("*") if p.is_file())
        return tuple(_read_file(p, p.relative_to(path).as_posix()) for p in found)
    except OSError as error:
        raise CheckerCrashed(f"{path.name} cannot be read: {error.strerror}") from error


def _read_file(path: Path, name: str) -> _ProgramFile:
    return _ProgramFile(
        name=name, content=path.read_bytes(), is_executable=os.access(path, os.X_OK)
    )


def _pack(files: Iterable[_ProgramFile]) -> bytes:
    return archive.pack(
        archive.ArchiveFile(
            name=file.name, content=file.content, mode=0o755 if file.is_executable else 0o644
        )
        for file in files
    )
