from __future__ import annotations

import threading

import pytest

from judging.model import (
    Checker,
    CheckerKind,
    CompileResult,
    Explanation,
    JudgeLimits,
    Judgement,
    JudgeState,
    TestResult,
    Verdict,
)
from store.errors import IdempotencyConflict, UnknownProblem
from store.model import (
    BlobRef,
    CancelOutcome,
    NewProblem,
    Priority,
    SubmissionFilter,
)
from store.problems import Problems
from store.submissions import judgement
from tests.unit.store.conftest import LEASE


def test_a_created_submission_reads_back_as_it_was_sent(submissions, new, blobs, clock):
    checker = Checker(kind=CheckerKind.TOKENS, flags=("case_sensitive",))
    sent = new(checker=checker, run_all=True, entry_point="a.py", title="first try")

    created = submissions.create(sent)
    record = submissions.get(created.record.id)

    assert created.is_new
    assert record == created.record
    assert record.files == sent.files
    assert record.cases == sent.cases
    assert record.limits == JudgeLimits(cpu_ms=1_000)
    assert record.checker == checker
    assert (record.state, record.version) == (JudgeState.QUEUED, 1)
    assert record.created_at == clock.now
    assert blobs.get(record.files[0].blob.sha256) == b"print(1)\n"


def test_ids_are_random_and_fit_a_url(submissions, new):
    ids = {submissions.create(new()).record.id for _ in range(50)}

    assert len(ids) == 50
    assert all(len(i) == 22 and i.replace("-", "").replace("_", "").isalnum() for i in ids)


def test_an_unknown_submission_is_none(submissions):
    assert submissions.get("nothing") is None
    assert submissions.view("nothing") is None
    assert submissions.request_cancel("nothing") is None
    assert submissions.queue_position("nothing") is None


@pytest.mark.parametrize("values", [{"cases": ()}, {"problem_id": "sum"}])
def test_neither_or_both_of_problem_and_cases_is_refused(submissions, new, values):
    with pytest.raises(ValueError, match="not both"):
        submissions.create(new(**values))


def test_an_unknown_problem_is_refused(submissions, new):
    with pytest.raises(UnknownProblem):
        submissions.create(new(problem_id="sum", cases=(), limits=None))


def test_a_submission_keeps_the_revision_it_was_sent_against(submissions, new, database):
    problems = Problems(database)
    problem = NewProblem(
        id="sum",
        title="Sum",
        limits=JudgeLimits(),
        samples=(),
        case_total=3,
        archive=BlobRef(sha256="a" * 64, size_bytes=1),
        owner_id="alice",
    )
    problems.put(problem)
    first = submissions.create(new(problem_id="sum", cases=(), limits=None)).record
    problems.put(
        NewProblem(
            id="sum",
            title="Sum, corrected",
            limits=JudgeLimits(),
            samples=(),
            case_total=3,
            archive=BlobRef(sha256="b" * 64, size_bytes=1),
            owner_id="alice",
        )
    )
    second = submissions.create(new(problem_id="sum", cases=(), limits=None)).record

    assert (first.problem_revision, second.problem_revision) == (1, 2)


def test_the_same_idempotency_key_and_body_gives_the_same_submission(submissions, new):
    first = submissions.create(new(idempotency_key="k"))
    again = submissions.create(new(idempotency_key="k"))

    assert not again.is_new
    assert again.record == first.record


def test_the_same_idempotency_key_with_another_body_is_a_conflict(submissions, new):
    submissions.create(new(idempotency_key="k"))

    with pytest.raises(IdempotencyConflict):
        submissions.create(new(idempotency_key="k", run_all=True))


def test_idempotency_keys_belong_to_their_owner(submissions, new):
    mine = submissions.create(new(idempotency_key="k"))
    theirs = submissions.create(new(idempotency_key="k", owner_id="bob"))

    assert theirs.is_new
    assert theirs.record.id != mine.record.id


def test_many_at_once_with_one_idempotency_key_make_one_submission(submissions, new):
    sent = new(idempotency_key="k")
    ids = []
    threads = [
        threading.Thread(target=lambda: ids.append(submissions.create(sent).record.id))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_a_batch_is_stored_wholly_or_not_at_all(submissions, new):
    with pytest.raises(UnknownProblem):
        submissions.create_batch([new(), new(problem_id="sum", cases=(), limits=None)])

    assert submissions.list(SubmissionFilter()).records == ()


def test_lists_are_newest_first_and_paged(submissions, new):
    sent = [submissions.create(new()).record.id for _ in range(5)]
    submissions.create(new(owner_id="bob"))
    mine = SubmissionFilter(owner_id="alice")

    first = submissions.list(mine, limit=2)
    second = submissions.list(mine, limit=2, cursor=first.next_cursor)
    third = submissions.list(mine, limit=2, cursor=second.next_cursor)

    pages = [[record.id for record in page.records] for page in (first, second, third)]
    assert pages == [sent[:2:-1], sent[2:0:-1], sent[:1]]
    assert third.next_cursor is None


def test_a_made_up_cursor_is_refused(submissions):
    with pytest.raises(ValueError, match="cursor"):
        submissions.list(SubmissionFilter(), cursor="made-up")


def test_a_cancelled_submission_in_the_queue_is_final_at_once(submissions, claims, new):
    sent = submissions.create(new()).record

    assert submissions.request_cancel(sent.id) is CancelOutcome.CANCELLED
    record = submissions.get(sent.id)
    assert record.state is JudgeState.CANCELLED
    assert record.is_final
    assert record.finished_at is not None
    assert record.version == 2
    assert claims.claim("w", ["python3"], LEASE) is None


def test_a_running_submission_is_asked_to_stop_once(submissions, claims, new):
    sent = submissions.create(new()).record
    claim = claims.claim("w", ["python3"], LEASE)
    assert not claims.is_cancel_requested(claim)

    assert submissions.request_cancel(sent.id) is CancelOutcome.REQUESTED
    version = submissions.get(sent.id).version
    assert submissions.request_cancel(sent.id) is CancelOutcome.REQUESTED

    assert submissions.get(sent.id).version == version
    assert claims.is_cancel_requested(claim)
    assert claims.renew(claim, LEASE)
    claims.publish_cancelled(claim)
    assert submissions.get(sent.id).state is JudgeState.CANCELLED
    assert submissions.request_cancel(sent.id) is CancelOutcome.TOO_LATE


def test_the_queue_position_counts_what_goes_first(submissions, new):
    first = submissions.create(new()).record
    second = submissions.create(new()).record
    urgent = submissions.create(new(priority=Priority.INTERACTIVE)).record

    positions = [submissions.queue_position(r.id) for r in (urgent, first, second)]
    assert positions == [0, 1, 2]


def test_numbers_count_states_and_verdicts(submissions, claims, new, clock):
    for _ in range(4):
        submissions.create(new())
    done = claims.claim("w", ["python3"], LEASE)
    claims.publish(done, _judgement())
    claims.claim("w", ["python3"], LEASE)
    clock.advance(7)

    numbers = submissions.numbers()

    assert (numbers.queued, numbers.running, numbers.cancelled) == (2, 1, 0)
    assert dict(numbers.finished)[Verdict.WA] == 1
    assert dict(numbers.finished)[Verdict.AC] == 0
    assert numbers.oldest_queued_s == 7.0


def test_a_published_judgement_reads_back_whole(submissions, claims, new):
    sent = submissions.create(new()).record
    claim = claims.claim("w", ["python3"], LEASE)
    published = _judgement()

    claims.publish(claim, published)

    view = submissions.view(sent.id)
    assert judgement(view) == published
    assert view.record.state is JudgeState.DONE
    assert (view.record.case_judged, view.record.case_total) == (2, 3)
    assert view.record.finished_at is not None


def _judgement():
    """Three results, with long output, output that is no text, and a NUL in it."""
    difference = Explanation(reason="difference", text="line 1: 2 instead of 1")
    return Judgement(
        verdict=Verdict.WA,
        explanation=difference,
        compile=CompileResult(
            verdict=Verdict.AC, explanation=None, log=b"warning\n" * 1000, cpu_ms=3.5
        ),
        test_results=(
            TestResult(
                name="1",
                verdict=Verdict.AC,
                explanation=None,
                cpu_ms=1.5,
                exit_code=0,
                stdout=b"x" * 5_000,
                stderr=b"\xff\x00",
            ),
            TestResult(name="2", verdict=Verdict.WA, explanation=difference, stdout=b"2\n"),
            TestResult(name="3", verdict=Verdict.SK, explanation=None),
        ),
        score=0.0,
        cpu_ms=1.5,
        wall_ms=2.5,
        memory_bytes=1 << 33,
    )
