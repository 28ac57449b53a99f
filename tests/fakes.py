"""Stand-ins for what needs a kernel or a compiler, for tests that need neither.

`FakeSandbox` replays RunResults (or asks a function for each RunSpec), `FakeRegistry` plans steps
of two languages, and `run_result` makes a RunResult with everything unsaid harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from languages.errors import UnknownLanguage
from languages.model import LanguageInfo, StepPlan
from sandbox.archive import ArchiveFile, pack
from sandbox.errors import NoFreeSlot, SandboxError
from sandbox.model import ExitKind, Limits, RunResult, RunSpec

if TYPE_CHECKING:
    from sandbox.sealed import SealedFile

Answer = RunResult | SandboxError
Script = Callable[[RunSpec], Answer]

LIMITS = Limits(cpu_ms=10_000, wall_ms=20_000, memory_bytes=1 << 30)
COMPILED = pack([ArchiveFile(name="program", content=b"machine code", mode=0o755)])


def run_result(kind: ExitKind = ExitKind.EXITED, **values: Any) -> RunResult:
    """Make a RunResult: a clean exit in 10 ms, unless `values` say otherwise."""
    exits = kind is ExitKind.EXITED
    defaults: dict[str, Any] = {
        "exit_code": 0 if exits else None,
        "signal": None if exits else 9,
        "cpu_ms": 10.0,
        "wall_ms": 12.0,
        "memory_bytes": 1 << 20,
        "limits": LIMITS,
    }
    return RunResult(kind=kind, **{**defaults, **values})


def compiled(content: bytes = COMPILED, **values: Any) -> RunResult:
    """Make the RunResult of a compile step that worked."""
    return run_result(archive=content, **values)


class FakeSlot:
    """A slot that answers from its sandbox's script and notes what was asked."""

    def __init__(self, sandbox: FakeSandbox) -> None:
        self._sandbox = sandbox

    def run(self, spec: RunSpec) -> RunResult:
        """Note `spec` and its stdin; return the next answer, or raise it."""
        self._sandbox.specs.append(spec)
        self._sandbox.stdins.append(None if spec.stdin is None else spec.stdin.read())
        answer = self._sandbox.answer(spec)
        if isinstance(answer, SandboxError):
            raise answer
        return answer

    def load(self, artefact: SealedFile) -> None:
        """Note the archive."""
        self._sandbox.loads.append(artefact.read())

    def cancel(self) -> None:
        """Count the wish."""
        self._sandbox.cancels += 1


class FakeSandbox:
    """Replays `answers`: a list in order, or a function from RunSpec to RunResult or error.

    `specs`, `stdins` and `loads` hold what the slots were asked; `leases` counts leases taken and
    `open_leases` those not given back.
    """

    def __init__(self, answers: Iterable[Answer] | Script, *, slots: int = 1) -> None:
        self._answers = answers if callable(answers) else iter(answers)
        self._slots = slots
        self.specs: list[RunSpec] = []
        self.stdins: list[bytes | None] = []
        self.loads: list[bytes] = []
        self.leases = 0
        self.open_leases = 0
        self.cancels = 0

    def answer(self, spec: RunSpec) -> Answer:
        """Return what the script says to `spec`; the end of a list is the test's mistake."""
        if callable(self._answers):
            return self._answers(spec)
        try:
            return next(self._answers)
        except StopIteration:
            raise AssertionError(f"no RunResult left for {spec.argv}") from None

    @contextmanager
    def lease(self, *, wait_s: float | None = None) -> Iterator[FakeSlot]:
        """Lease a slot; NoFreeSlot at once when all are taken."""
        if self.open_leases >= self._slots:
            raise NoFreeSlot(f"all {self._slots} slots are leased")
        self.leases += 1
        self.open_leases += 1
        try:
            yield FakeSlot(self)
        finally:
            self.open_leases -= 1


_INFOS = {
    "cpp17": LanguageInfo(
        name="cpp17",
        title="C++17",
        extensions=(".cpp", ".cc"),
        kattis_codes=("cpp",),
        packages=("g++",),
        template="",
        version="12.2.0",
    ),
    "python3": LanguageInfo(
        name="python3",
        title="Python 3",
        extensions=(".py",),
        kattis_codes=("python3",),
        packages=("python3",),
        template="",
        version="3.11.2",
    ),
}


class FakeRegistry:
    """Two languages: `cpp17` is compiled to `program`, `python3` runs its sources."""

    def names(self) -> tuple[str, ...]:
        """Return both names."""
        return tuple(_INFOS)

    def info(self, name: str) -> LanguageInfo:
        """Describe one of the two. Raises UnknownLanguage."""
        if name not in _INFOS:
            raise UnknownLanguage(f"there is no language {name!r}")
        return _INFOS[name]

    def infos(self) -> tuple[LanguageInfo, ...]:
        """Describe both."""
        return tuple(_INFOS.values())

    def choose(self, file_names: Iterable[str], code: str | None) -> str:
        """Choose by code or extension. Raises UnknownLanguage."""
        names = tuple(file_names)
        for info in _INFOS.values():
            if code == info.name or (code is not None and code in info.kattis_codes):
                return info.name
            if code is None and any(name.endswith(info.extensions) for name in names):
                return info.name
        raise UnknownLanguage(f"no language fits {', '.join(names)}")

    def find_entry_point(self, name: str, files: Any) -> str | None:
        """Find the first file of python3; cpp17 links all."""
        return next(iter(files)) if self.info(name).name == "python3" else None

    def plan_compile(
        self, name: str, file_names: Any, entry_point: str | None, memory_bytes: int | None = None
    ) -> StepPlan | None:
        """Plan `g++` for cpp17, nothing for python3."""
        if self.info(name).name == "python3":
            return None
        argv = ("/usr/bin/g++", "-o", "program", *file_names)
        return StepPlan(argv=argv, env=(), limits=LIMITS, outputs=("program",))

    def plan_run(
        self, name: str, file_names: Any, entry_point: str | None, memory_bytes: int
    ) -> StepPlan:
        """Plan `/app/program`, or Python with the first file."""
        if self.info(name).name == "python3":
            main = entry_point or next(iter(file_names))
            return StepPlan(argv=("/usr/bin/python3", f"/app/{main}"), env=(), limits=LIMITS)
        return StepPlan(argv=("/app/program",), env=(), limits=LIMITS)

    def fingerprint(self, name: str) -> str:
        """Return name and version."""
        return f"{name} {self.info(name).version}"
