"""Records as rows and JSON, and back. Long output goes into blobs, so that rows stay small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from judging.model import (
    Checker,
    CompileResult,
    Explanation,
    JudgeLimits,
    JudgeState,
    TestResult,
    Verdict,
)
from judging.wire import bytes_from_wire, bytes_to_wire, from_wire, to_wire
from store.model import (
    BlobRef,
    CaseResult,
    FileRef,
    InlineCase,
    NewSubmission,
    Priority,
    ProblemRecord,
    SampleCase,
    SubmissionRecord,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row

    from store.blobs import BlobStore

_INLINE_MAX_BYTES = 1024
_Streams = TypeVar("_Streams", TestResult, CompileResult)
_Wired = TypeVar("_Wired", JudgeLimits, Checker, Explanation)


def result_to_json(result: TestResult, blobs: BlobStore) -> dict[str, Any]:
    """Encode a test result; streams above 1 kB become blobs."""
    return _with_blobs(result, ("stdout", "stderr"), blobs)


def case_result(row: Row[Any], blobs: BlobStore) -> CaseResult:
    """Decode a row of `test_results`. Raises BlobMissing."""
    result = _without_blobs(TestResult, ("stdout", "stderr"), row.result, blobs)
    return CaseResult(index=row.number, version=row.version, result=result)


def compile_to_json(result: CompileResult, blobs: BlobStore) -> dict[str, Any]:
    """Encode a compile result; a log above 1 kB becomes a blob."""
    return _with_blobs(result, ("log",), blobs)


def compile_from_json(data: Mapping[str, Any] | None, blobs: BlobStore) -> CompileResult | None:
    """Undo `compile_to_json`. Raises BlobMissing."""
    return None if data is None else _without_blobs(CompileResult, ("log",), data, blobs)


def request_to_json(new: NewSubmission) -> dict[str, Any]:
    """Encode what a submission brought with it."""
    return {
        "files": [{"name": file.name, "blob": _blob_to_json(file.blob)} for file in new.files],
        "cases": [
            {
                "name": case.name,
                "input": _blob_to_json(case.input),
                "answer": None if case.answer is None else _blob_to_json(case.answer),
            }
            for case in new.cases
        ],
        "limits": None if new.limits is None else to_wire(new.limits),
        "checker": None if new.checker is None else to_wire(new.checker),
    }


def submission_record(row: Row[Any], compiled: CompileResult | None = None) -> SubmissionRecord:
    """Decode a row of `submissions`; its compile result is decoded by whoever wants it."""
    request = row.request
    return SubmissionRecord(
        id=row.id,
        owner_id=row.owner_id,
        language=row.language,
        files=tuple(
            FileRef(name=file["name"], blob=BlobRef(**file["blob"])) for file in request["files"]
        ),
        entry_point=row.entry_point,
        problem_id=row.problem_id,
        problem_revision=row.problem_revision,
        cases=tuple(_inline_case(case) for case in request["cases"]),
        limits=_wired(JudgeLimits, request["limits"]),
        checker=_wired(Checker, request["checker"]),
        run_all=row.run_all,
        priority=Priority(row.priority),
        title=row.title,
        state=JudgeState(row.state),
        version=row.version,
        cancel_requested=row.cancel_requested,
        deliveries=row.deliveries,
        case_total=row.case_total,
        case_judged=row.case_judged,
        compile=compiled,
        verdict=None if row.verdict is None else Verdict(row.verdict),
        explanation=_wired(Explanation, row.explanation),
        score=row.score,
        cpu_ms=row.cpu_ms,
        wall_ms=row.wall_ms,
        memory_bytes=row.memory_bytes,
        created_at=row.created_at,
        queued_at=row.queued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def samples_to_json(samples: tuple[SampleCase, ...]) -> list[dict[str, Any]]:
    """Encode the samples of a problem."""
    return [
        {
            "name": sample.name,
            "input": bytes_to_wire(sample.input),
            "answer": None if sample.answer is None else bytes_to_wire(sample.answer),
        }
        for sample in samples
    ]


def problem_record(row: Row[Any]) -> ProblemRecord:
    """Decode a row of `problems`."""
    return ProblemRecord(
        id=row.id,
        revision=row.revision,
        title=row.title,
        limits=from_wire(JudgeLimits, row.limits),
        samples=tuple(
            SampleCase(
                name=sample["name"],
                input=bytes_from_wire(sample["input"]),
                answer=None if sample["answer"] is None else bytes_from_wire(sample["answer"]),
            )
            for sample in row.samples
        ),
        case_total=row.case_total,
        archive=BlobRef(sha256=row.archive_sha256, size_bytes=row.archive_bytes),
        owner_id=row.owner_id,
        code_bytes=row.code_bytes,
        created_at=row.created_at,
    )


def _with_blobs(value: _Streams, names: tuple[str, ...], blobs: BlobStore) -> dict[str, Any]:
    data = to_wire(value)
    for name in names:
        content: bytes = getattr(value, name)
        if len(content) > _INLINE_MAX_BYTES:
            data[name] = {"blob": _blob_to_json(blobs.put(content))}
    return data


def _without_blobs(
    kind: type[_Streams], names: tuple[str, ...], stored: Mapping[str, Any], blobs: BlobStore
) -> _Streams:
    data = dict(stored)
    for name in names:
        if "blob" in data[name]:
            data[name] = bytes_to_wire(blobs.get(data[name]["blob"]["sha256"]))
    return from_wire(kind, data)


def _blob_to_json(blob: BlobRef) -> dict[str, Any]:
    return {"sha256": blob.sha256, "size_bytes": blob.size_bytes}


def _inline_case(data: Mapping[str, Any]) -> InlineCase:
    answer = data["answer"]
    return InlineCase(
        name=data["name"],
        input=BlobRef(**data["input"]),
        answer=None if answer is None else BlobRef(**answer),
    )


def _wired(kind: type[_Wired], data: Mapping[str, Any] | None) -> _Wired | None:
    return None if data is None else from_wire(kind, data)
