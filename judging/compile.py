"""The compile step: sources become an artefact once, kept under a key that says what made it.

The key is the SHA-256 of the sources with their names, the language's fingerprint and the entry
point. A program that does not compile is a verdict (CE); a host that fails is a SandboxError.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from judging.limits import enforced_compile_limits
from judging.model import CompileResult, Explanation, Verdict
from judging.runner import Artefact
from judging.verdicts import compile_verdict
from sandbox import archive
from sandbox.model import InputFile, RunSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from judging.model import Include, JudgeLimits, SourceFile, Submission
    from judging.runner import Runner
    from judging.tools import Languages, Tools
    from languages.model import StepPlan
    from sandbox.model import RunResult

LOG_MAX_BYTES = 64 << 10
# A program of more is a mistake or an attack (`int a[1 << 28] = {1};`), and never stored.
ARTEFACT_MAX_BYTES = 128 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileOutcome:
    """How the compile step ended; `artefact` is there when its verdict is AC."""

    result: CompileResult
    artefact: Artefact | None


def compile_submission(
    submission: Submission, limits: JudgeLimits, tools: Tools, runner: Runner
) -> CompileOutcome:
    """Compile a submission, or take its artefact from where an equal one left it.

    Raises UnknownLanguage or NotInstalled, and SandboxError.
    """
    key = artefact_key(submission, tools.registry.fingerprint(submission.language))
    kept = tools.artefacts.get(key)
    if kept is not None:
        return _worked(key, kept, from_cache=True)
    names = [file.name for file in submission.files]
    plan = tools.registry.plan_compile(
        submission.language, names, submission.entry_point, limits.memory_bytes
    )
    if plan is None:
        return _worked(key, pack_sources(submission.files))
    result = runner.run(_compile_spec(plan, submission.files, limits))
    outcome = judge_compile(result, limits, key)
    if outcome.artefact is not None and result.archive is not None:
        tools.artefacts.put(key, result.archive)
    return outcome


def judge_compile(result: RunResult, limits: JudgeLimits, key: str) -> CompileOutcome:
    """Say how a compile step ended, and seal its artefact when it worked."""
    judged = compile_verdict(result, limits)
    verdict, explanation = judged.verdict, judged.explanation
    if verdict is Verdict.AC and (result.missing_outputs or not result.archive):
        verdict, explanation = Verdict.CE, _nothing_made(result)
    artefact = None
    if verdict is Verdict.AC and result.archive is not None:
        artefact = Artefact.from_bytes(key, result.archive)
    return CompileOutcome(
        artefact=artefact,
        result=CompileResult(
            verdict=verdict,
            explanation=explanation,
            log=(result.stdout + result.stderr)[:LOG_MAX_BYTES],
            cpu_ms=result.cpu_ms,
            wall_ms=result.wall_ms,
            memory_bytes=result.memory_bytes,
        ),
    )


def artefact_key(submission: Submission, fingerprint: str) -> str:
    """Name what these sources, compiled by this language, become; order of the files counts."""
    digest = hashlib.sha256(b"brig artefact 1\0")
    for text in (submission.language, fingerprint, submission.entry_point or ""):
        _update(digest, text.encode())
    for file in submission.files:
        _update(digest, file.name.encode("utf-8", "surrogateescape"))
        _update(digest, file.content)
    return digest.hexdigest()


def with_includes(
    files: Iterable[SourceFile], includes: Iterable[Include], codes: Iterable[str]
) -> tuple[SourceFile, ...]:
    """Copy the included files of a language over the submission's, as the package format says."""
    merged = {file.name: file for file in files}
    wanted = set(codes)
    for include in includes:
        if include.code in wanted:
            merged.update({file.name: file for file in include.files})
    return tuple(merged.values())


def with_entry_point(submission: Submission, registry: Languages) -> Submission:
    """Find where a submission begins, if its sender did not say so.

    Raises BadSources or UnknownLanguage.
    """
    if submission.entry_point is not None:
        return submission
    files = {file.name: file.content for file in submission.files}
    return replace(submission, entry_point=registry.find_entry_point(submission.language, files))


def pack_sources(files: Iterable[SourceFile], *, mode: int = 0o644) -> bytes:
    """Make the artefact of an interpreted language: its sources."""
    return archive.pack(
        archive.ArchiveFile(name=file.name, content=file.content, mode=mode) for file in files
    )


def language_codes(registry: Languages, language: str) -> tuple[str, ...]:
    """Return every code under which packages may speak of a language."""
    return (language, *registry.info(language).kattis_codes)


def _compile_spec(plan: StepPlan, files: tuple[SourceFile, ...], limits: JudgeLimits) -> RunSpec:
    return RunSpec(
        argv=plan.argv,
        env=plan.env,
        limits=enforced_compile_limits(limits, plan.limits),
        files=tuple(InputFile(name=file.name, content=file.content) for file in files),
        outputs=plan.outputs,
        outputs_max_bytes=ARTEFACT_MAX_BYTES,
    )


def _worked(key: str, content: bytes, *, from_cache: bool = False) -> CompileOutcome:
    result = CompileResult(verdict=Verdict.AC, explanation=None, log=b"", from_cache=from_cache)
    return CompileOutcome(result=result, artefact=Artefact.from_bytes(key, content))


def _nothing_made(result: RunResult) -> Explanation:
    names = ", ".join(result.missing_outputs) or "files"
    text = f"The compiler ended well, but what it should have made is absent or too large: {names}."
    return Explanation(reason="error", text=text)


def _update(digest: hashlib._Hash, part: bytes) -> None:
    # Length first: no two lists of parts share one stream of bytes.
    digest.update(len(part).to_bytes(8, "little"))
    digest.update(part)
