"""The words of the contest side: submissions, problems, verdicts and judgements.

Plain values with explicit `to_wire`/`from_wire` (in `judging/wire.py`). Imports nothing of the
kernel side: the web front end loads this module and no other of `judging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Verdict(Enum):
    """A judge's word on a test case or a submission."""

    AC = "AC"
    PA = "PA"
    WA = "WA"
    PE = "PE"
    TLE = "TLE"
    MLE = "MLE"
    OLE = "OLE"
    RTE = "RTE"
    SV = "SV"
    CE = "CE"
    JE = "JE"
    SK = "SK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a verdict: for machines (`reason`, `limit`, `value`) and for people (`text`).

    `reason` is one short word or code: `cpu`, `wall`, `memory`, `output`, `exit_code`, `signal`,
    `syscall`, `difference`, `checker`, `error`, `time`, `host`, ... `limit` and `value` share the
    unit named in `unit` (`ms`, `bytes`, `processes`), or are None.
    """

    reason: str
    text: str
    limit: float | None = None
    value: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file as sent in: `name` has no directory part there; in a package it may have one."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Source and language, as sent in."""

    files: tuple[SourceFile, ...]
    language: str
    entry_point: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeLimits:
    """What a problem or caller allows one test case; the time limit is CPU time.

    `wall_ms` None means the rule in `judging.limits.wall_limit_ms`.
    """

    cpu_ms: int = 5_000
    wall_ms: int | None = None
    memory_bytes: int = 256 << 20
    processes: int = 64
    output_bytes: int = 16 << 20
    file_bytes: int = 64 << 20
    stack_bytes: int = 256 << 20
    open_files: int = 256


class CheckerKind(Enum):
    """How output is compared. TOKENS is the default validator with its flags."""

    NONE = "none"  # no expected output: any clean exit is AC
    TOKENS = "tokens"
    CUSTOM = "custom"  # output validator programs of a package


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """A comparison rule; `flags` are those of the default validator or of the programs."""

    kind: CheckerKind
    flags: tuple[str, ...] = ()
    program_paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One `.in`/`.ans` pair: bytes at hand, or a path inside an opened package.

    `name` is the path below `data/` without extension (`sample/1`, `secret/group1/02`), or `1`,
    `2`, ... for inline cases. `is_sample` cases may be shown to the contestant.
    """

    __test__ = False  # not a pytest class

    name: str
    input: bytes | Path
    answer: bytes | Path | None
    is_sample: bool = False
    checker: Checker | None = None  # overrides the problem's


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """Files copied over a submission's own before it is compiled, for one language.

    `code` is the package format's code of the language (`cpp`, `python3`). File names may contain
    `/`.
    """

    code: str
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a submission is judged against.

    `code_bytes` None means no limit on the size of the source.
    """

    name: str
    title: str
    limits: JudgeLimits
    checker: Checker
    test_cases: tuple[TestCase, ...]
    time_limit_is_given: bool = True
    validation: JudgeLimits = JudgeLimits(
        cpu_ms=60_000, memory_bytes=2048 << 20, output_bytes=8 << 20
    )
    compilation: JudgeLimits = JudgeLimits(
        cpu_ms=60_000, memory_bytes=2048 << 20, output_bytes=8 << 20
    )
    code_bytes: int | None = 128 << 10
    includes: tuple[Include, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One test case judged. `stdout` and `stderr` are cut to 64 kB each.

    `judge_message` and `team_message` are a checker's words for the jury and the contestant. The
    text of `explanation` may be shown to the contestant: it quotes input, output or answer for
    samples only, while `judge_message` may quote them always.
    """

    __test__ = False

    name: str
    verdict: Verdict
    explanation: Explanation | None
    is_sample: bool = False
    cpu_ms: float = 0.0
    wall_ms: float = 0.0
    memory_bytes: int = 0
    exit_code: int | None = None
    signal: str | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    output_bytes: int = 0
    judge_message: str = ""
    team_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileResult:
    """The compile step: its verdict is AC (worked), CE or JE; `log` is cut to 64 kB."""

    verdict: Verdict
    explanation: Explanation | None
    log: bytes
    cpu_ms: float = 0.0
    wall_ms: float = 0.0
    memory_bytes: int = 0
    from_cache: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All test results and the final verdict. `score` is 1.0 for AC and 0.0 else, until scoring.

    `explanation` is that of the deciding test case or of the compile step. cpu, wall and memory
    are the largest of all test cases.
    """

    verdict: Verdict
    explanation: Explanation | None
    compile: CompileResult | None
    test_results: tuple[TestResult, ...]
    score: float
    cpu_ms: float = 0.0
    wall_ms: float = 0.0
    memory_bytes: int = 0


class JudgeState(Enum):
    """How far a submission has come; `DONE` and `CANCELLED` are final."""

    QUEUED = "queued"
    COMPILING = "compiling"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
