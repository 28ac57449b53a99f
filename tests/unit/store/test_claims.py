from __future__ import annotations

import threading

import pytest

from judging.model import CompileResult, Judgement, JudgeState, TestResult, Verdict
from store.claims import DELIVERY_CAP
from store.errors import StaleToken
from store.model import CaseProgress, Priority
from tests.unit.store.conftest import LEASE

ACCEPTED = TestResult(name="1", verdict=Verdict.AC, explanation=None, stdout=b"1\n")
ALL_ACCEPTED = Judgement(
    verdict=Verdict.AC, explanation=None, compile=None, test_results=(ACCEPTED,), score=1.0
)
COMPILED = CompileResult(verdict=Verdict.AC, explanation=None, log=b"")


def claim_one(claims, worker="w"):
    return claims.claim(worker, ["python3"], LEASE)


def test_a_claim_takes_the_most_urgent_then_the_oldest(submissions, claims, new):
    normal = submissions.create(new()).record.id
    rejudge = submissions.create(new(priority=Priority.REJUDGE)).record.id
    later = submissions.create(new()).record.id
    urgent = submissions.create(new(priority=Priority.INTERACTIVE)).record.id

    order = [claim_one(claims).record.id for _ in range(4)]

    assert order == [urgent, normal, later, rejudge]
    assert claim_one(claims) is None


def test_a_claim_takes_only_languages_that_the_worker_has(submissions, claims, new):
    submissions.create(new(language="haskell"))
    mine = submissions.create(new()).record.id

    assert claim_one(claims).record.id == mine
    assert claim_one(claims) is None
    assert claims.claim("w", [], LEASE) is None


def test_a_claim_starts_the_compile_state_and_counts_the_delivery(submissions, claims, new, clock):
    sent = submissions.create(new()).record
    clock.advance(2)

    claim = claim_one(claims)

    record = submissions.get(sent.id)
    assert record.state is JudgeState.COMPILING
    assert (record.version, record.deliveries) == (2, 1)
    assert record.started_at == clock.now
    assert claim.lease_until == clock.now + LEASE
    assert claim.record == record


def test_many_workers_never_claim_the_same_submission(submissions, claims, new):
    sent = {submissions.create(new()).record.id for _ in range(24)}
    taken = []

    def work(name):
        while (claim := claim_one(claims, name)) is not None:
            taken.append(claim.record.id)

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == 24
    assert set(taken) == sent


def test_every_record_grows_the_version(submissions, claims, new):
    sent = submissions.create(new()).record
    claim = claim_one(claims)

    versions = [
        claims.record_compile(claim, COMPILED).version,
        claims.record_state(claim, JudgeState.RUNNING).version,
        claims.record_tests(claim, [CaseProgress(index=1, total=2, result=ACCEPTED)]).version,
        claims.publish(claim, ALL_ACCEPTED).version,
    ]

    assert versions == [3, 4, 5, 6]
    assert submissions.get(sent.id).version == 6


def test_entering_a_state_twice_changes_nothing(submissions, claims, new):
    submissions.create(new())
    claim = claim_one(claims)

    assert claims.record_state(claim, JudgeState.COMPILING) is None


def test_results_are_seen_as_they_arrive_and_after_a_version(submissions, claims, new):
    sent = submissions.create(new()).record
    claim = claim_one(claims)
    claims.record_state(claim, JudgeState.RUNNING)
    first = claims.record_tests(claim, [CaseProgress(index=1, total=3, result=ACCEPTED)])

    view = submissions.view(sent.id)
    assert (view.record.case_judged, view.record.case_total) == (1, 3)
    assert [(case.index, case.result) for case in view.results] == [(1, ACCEPTED)]

    claims.record_tests(
        claim,
        [
            CaseProgress(index=2, total=3, result=ACCEPTED),
            CaseProgress(index=3, total=3, result=ACCEPTED),
        ],
    )
    later = submissions.view(sent.id, after_version=first.version)
    assert later.record.case_judged == 3
    assert [case.index for case in later.results] == [2, 3]


def test_publishing_adds_results_that_were_not_recorded(submissions, claims, new):
    sent = submissions.create(new()).record
    claim = claim_one(claims)
    claims.record_tests(claim, [CaseProgress(index=1, total=2, result=ACCEPTED)])
    skipped = TestResult(name="2", verdict=Verdict.SK, explanation=None)

    claims.publish(
        claim,
        Judgement(
            verdict=Verdict.AC,
            explanation=None,
            compile=COMPILED,
            test_results=(ACCEPTED, skipped),
            score=1.0,
        ),
    )

    results = submissions.view(sent.id).results
    assert [(case.index, case.result.verdict) for case in results] == [
        (1, Verdict.AC),
        (2, Verdict.SK),
    ]


def test_a_judgement_is_published_exactly_once(submissions, claims, new):
    sent = submissions.create(new()).record
    claim = claim_one(claims)
    claims.publish(claim, ALL_ACCEPTED)
    before = submissions.view(sent.id)

    for late in late_writes(claims, claim):
        with pytest.raises(StaleToken):
            late()

    assert submissions.view(sent.id) == before


def test_a_stale_token_is_refused_everywhere(submissions, claims, new, clock):
    sent = submissions.create(new()).record
    stale = claim_one(claims, "sleeper")
    clock.advance(31)
    claims.reap()
    newest = claim_one(claims, "second")
    before = submissions.view(sent.id)

    for late in late_writes(claims, stale):
        with pytest.raises(StaleToken):
            late()

    assert newest.token > stale.token
    assert submissions.view(sent.id) == before
    claims.publish(newest, ALL_ACCEPTED)
    assert submissions.get(sent.id).verdict is Verdict.AC


def test_a_stale_token_is_refused_before_anybody_else_claimed(submissions, claims, new, clock):
    submissions.create(new())
    stale = claim_one(claims)
    clock.advance(31)
    claims.reap()

    with pytest.raises(StaleToken):
        claims.publish(stale, ALL_ACCEPTED)


def late_writes(claims, claim):
    progress = [CaseProgress(index=1, total=1, result=ACCEPTED)]
    return (
        lambda: claims.publish(claim, ALL_ACCEPTED),
        lambda: claims.publish_cancelled(claim),
        lambda: claims.record_state(claim, JudgeState.RUNNING),
        lambda: claims.record_compile(claim, COMPILED),
        lambda: claims.record_tests(claim, progress),
        lambda: claims.renew(claim, LEASE),
        lambda: claims.is_cancel_requested(claim),
        lambda: claims.give_back(claim),
    )


def test_an_expired_lease_is_queued_again_and_forgets_its_results(submissions, claims, new, clock):
    sent = submissions.create(new()).record
    claim = claim_one(claims)
    claims.record_compile(claim, COMPILED)
    claims.record_tests(claim, [CaseProgress(index=1, total=2, result=ACCEPTED)])
    clock.advance(31)

    reaped = claims.reap()

    assert [change.submission_id for change in reaped.requeued] == [sent.id]
    record = submissions.get(sent.id)
    assert record.state is JudgeState.QUEUED
    assert record.queued_at == clock.now
    assert record.version == reaped.changes[0].version
    claim_one(claims)
    view = submissions.view(sent.id)
    assert view.results == ()
    assert (view.record.case_judged, view.record.case_total, view.record.compile) == (
        0,
        None,
        None,
    )


def test_a_renewed_lease_is_left_alone(submissions, claims, new, clock):
    submissions.create(new())
    claim = claim_one(claims)
    clock.advance(20)
    assert not claims.renew(claim, LEASE)
    clock.advance(20)

    assert claims.reap().changes == ()
    claims.publish(claim, ALL_ACCEPTED)


def test_an_expired_lease_that_nobody_reaped_may_still_publish(submissions, claims, new, clock):
    sent = submissions.create(new()).record
    claim = claim_one(claims)
    clock.advance(100)

    claims.publish(claim, ALL_ACCEPTED)

    assert submissions.get(sent.id).state is JudgeState.DONE


def test_after_the_delivery_cap_the_judge_takes_the_blame(submissions, claims, new, clock):
    sent = submissions.create(new()).record
    for delivery in range(1, DELIVERY_CAP + 1):
        assert claim_one(claims).record.deliveries == delivery
        clock.advance(31)
        reaped = claims.reap()

    assert [change.submission_id for change in reaped.failed] == [sent.id]
    record = submissions.get(sent.id)
    assert (record.state, record.verdict) == (JudgeState.DONE, Verdict.JE)
    assert record.explanation.reason == "host"
    assert record.finished_at == clock.now
    assert claim_one(claims) is None


def test_giving_back_queues_again_and_meets_the_same_cap(submissions, claims, new):
    sent = submissions.create(new()).record
    for _ in range(DELIVERY_CAP - 1):
        claims.give_back(claim_one(claims))
        assert submissions.get(sent.id).state is JudgeState.QUEUED
    claims.give_back(claim_one(claims))

    assert submissions.get(sent.id).verdict is Verdict.JE


def test_a_cancelled_submission_whose_worker_died_is_cancelled(submissions, claims, new, clock):
    sent = submissions.create(new()).record
    claim_one(claims)
    submissions.request_cancel(sent.id)
    clock.advance(31)

    reaped = claims.reap()

    assert [change.submission_id for change in reaped.cancelled] == [sent.id]
    assert submissions.get(sent.id).state is JudgeState.CANCELLED


def test_a_result_that_was_ready_before_the_cancel_stands(submissions, claims, new):
    sent = submissions.create(new()).record
    claim = claim_one(claims)
    submissions.request_cancel(sent.id)

    claims.publish(claim, ALL_ACCEPTED)

    assert submissions.get(sent.id).state is JudgeState.DONE


def test_a_submission_of_the_dead_goes_before_newer_ones(submissions, claims, new, clock):
    oldest = submissions.create(new()).record
    submissions.create(new())
    claim_one(claims)
    clock.advance(31)
    claims.reap()

    assert claim_one(claims).record.id == oldest.id
