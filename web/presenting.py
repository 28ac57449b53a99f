"""Records of the store as the models of `web.views`: what of them the caller may see.

The one rule of secrecy: of a problem's secret test cases, only an admin key sees what the program
printed and what exactly differed, since both could carry the test data out.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from web import views
from web.wording import VERDICTS

if TYPE_CHECKING:
    from judging.model import CompileResult, Explanation, JudgeLimits
    from store.blobs import BlobStore
    from store.model import (
        CaseResult,
        ProblemRecord,
        SampleCase,
        SubmissionRecord,
        SubmissionView,
    )

# Reasons whose text quotes the answer file or a checker that has read it.
_TELLING_REASONS = frozenset({"difference", "checker"})
_WITHHELD = "What differs in a secret test case is not shown."
# The words of a host's fault may name paths and processes of the host: the worker logs them.
_HOST_FAULT = "The judging host failed, and failed again; the operator's log says why."


def is_hidden(record: SubmissionRecord, case: CaseResult, *, sees_secrets: bool) -> bool:
    """Say whether this result is shown without its output and details."""
    return record.problem_id is not None and not case.result.is_sample and not sees_secrets


def explanation_text(explanation: Explanation, *, hidden: bool) -> str:
    """Return the words of an explanation, or others where they would tell a secret."""
    if explanation.reason == "host":
        return _HOST_FAULT
    return _WITHHELD if hidden and explanation.reason in _TELLING_REASONS else explanation.text


def submission(view: SubmissionView, *, sees_secrets: bool) -> views.SubmissionOut:
    """Present a submission with its results."""
    record = view.record
    hidden = has_hidden_outcome(view, sees_secrets=sees_secrets)
    return views.SubmissionOut(
        **dict(brief(record)),
        explanation=_explanation(record.explanation, hidden=hidden),
        compile=None if record.compile is None else compile_result(record.compile),
        test_results=[test_result(record, c, sees_secrets=sees_secrets) for c in view.results],
        tests_total=record.case_total,
        tests_judged=record.case_judged,
        run_all=record.run_all,
        limits=None if record.limits is None else limits(record.limits),
        started_at=record.started_at,
    )


def has_hidden_outcome(view: SubmissionView, *, sees_secrets: bool) -> bool:
    """Say whether the deciding test case is one that the caller may not look into."""
    deciding = [c for c in view.results if c.result.verdict is view.record.verdict]
    return bool(deciding) and is_hidden(view.record, deciding[0], sees_secrets=sees_secrets)


def brief(record: SubmissionRecord) -> views.SubmissionBrief:
    """Present a submission for a list."""
    verdict = record.verdict
    return views.SubmissionBrief(
        id=record.id,
        title=record.title,
        language=record.language,
        problem=record.problem_id,
        state=record.state.value,
        version=record.version,
        verdict=None if verdict is None else verdict.value,
        verdict_title=None if verdict is None else VERDICTS[verdict].title,
        score=record.score,
        cpu_ms=record.cpu_ms,
        wall_ms=record.wall_ms,
        memory_bytes=record.memory_bytes,
        created_at=record.created_at,
        finished_at=record.finished_at,
    )


def compile_result(result: CompileResult) -> views.CompileOut:
    """Present the compile step."""
    log, encoding = views.encode(result.log)
    return views.CompileOut(
        verdict=result.verdict.value,
        explanation=_explanation(result.explanation, hidden=False),
        log=log,
        log_encoding=encoding,
        cpu_ms=result.cpu_ms,
        wall_ms=result.wall_ms,
        memory_bytes=result.memory_bytes,
        from_cache=result.from_cache,
    )


def test_result(
    record: SubmissionRecord, case: CaseResult, *, sees_secrets: bool
) -> views.TestResultOut:
    """Present one test case."""
    result = case.result
    hidden = is_hidden(record, case, sees_secrets=sees_secrets)
    stdout, stdout_encoding = views.encode(b"" if hidden else result.stdout)
    stderr, stderr_encoding = views.encode(b"" if hidden else result.stderr)
    return views.TestResultOut(
        index=case.index,
        name=result.name,
        verdict=result.verdict.value,
        verdict_title=VERDICTS[result.verdict].title,
        explanation=_explanation(result.explanation, hidden=hidden),
        is_sample=result.is_sample,
        cpu_ms=result.cpu_ms,
        wall_ms=result.wall_ms,
        memory_bytes=result.memory_bytes,
        exit_code=result.exit_code,
        signal=result.signal,
        stdout=stdout,
        stdout_encoding=stdout_encoding,
        stderr=stderr,
        stderr_encoding=stderr_encoding,
        output_bytes=None if hidden else result.output_bytes,
        is_hidden=hidden,
        team_message=result.team_message,
    )


def source_files(record: SubmissionRecord, blobs: BlobStore) -> list[views.SourceFileOut]:
    """Present the sources as they were sent in. Raises BlobMissing, BlobDamaged."""
    presented = []
    for file in record.files:
        content, encoding = views.encode(blobs.get(file.blob.sha256))
        presented.append(
            views.SourceFileOut(name=file.name, content=content, content_encoding=encoding)
        )
    return presented


def problem_brief(record: ProblemRecord) -> views.ProblemBrief:
    """Present a problem for a list."""
    return views.ProblemBrief(
        id=record.id,
        revision=record.revision,
        title=record.title,
        limits=limits(record.limits),
        test_case_count=record.case_total,
        created_at=record.created_at,
    )


def problem(record: ProblemRecord) -> views.ProblemOut:
    """Present a problem with its samples."""
    return views.ProblemOut(
        **dict(problem_brief(record)),
        code_bytes=record.code_bytes,
        samples=[_sample(sample) for sample in record.samples],
    )


def limits(judged: JudgeLimits) -> views.LimitsOut:
    """Present limits."""
    return views.LimitsOut(**asdict(judged))


def _sample(sample: SampleCase) -> views.SampleOut:
    text, encoding = views.encode(sample.input)
    answer = None if sample.answer is None else views.encode(sample.answer)
    return views.SampleOut(
        name=sample.name,
        input=text,
        input_encoding=encoding,
        answer=None if answer is None else answer[0],
        answer_encoding=None if answer is None else answer[1],
    )


def _explanation(explanation: Explanation | None, *, hidden: bool) -> views.ExplanationOut | None:
    if explanation is None:
        return None
    return views.ExplanationOut(
        reason=explanation.reason,
        text=explanation_text(explanation, hidden=hidden),
        limit=explanation.limit,
        value=explanation.value,
        unit=explanation.unit,
    )
