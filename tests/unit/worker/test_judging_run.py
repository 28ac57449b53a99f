from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from judging.model import JudgeState, Verdict
from sandbox.errors import Cancelled, NoFreeSlot, SetupError
from store.claims import Claims
from store.errors import BlobMissing, StoreUnavailable
from store.model import FileRef, InlineCase, utc_now
from tests.fakes import FakeSandbox, compiled, run_result
from worker.draining import Drain
from worker.judging_run import Outcome, judge_next


def test_a_submission_is_claimed_judged_and_published(parts, submissions, new, queue):
    sent = submissions.create(new()).record

    assert judge_next(parts()) is Outcome.PUBLISHED

    view = submissions.view(sent.id)
    assert (view.record.state, view.record.verdict) == (JudgeState.DONE, Verdict.AC)
    assert [case.result.stdout for case in view.results] == [b"1\n"]
    assert queue.changes[0] == (sent.id, 2)
    assert queue.changes[-1] == (sent.id, view.record.version)


def test_what_it_brought_reaches_the_jail(parts, submissions, new, blobs):
    files = (FileRef(name="main.cpp", blob=blobs.put(b"int main() {}")),)
    cases = (
        InlineCase(name="1", input=blobs.put(b"in")),
        InlineCase(name="2", input=blobs.put(b"")),
    )
    submissions.create(new(language="cpp17", files=files, cases=cases))
    sandbox = FakeSandbox([compiled(), run_result(), run_result()])

    assert judge_next(parts(sandbox=sandbox)) is Outcome.PUBLISHED

    assert [file.content for file in sandbox.specs[0].files] == [b"int main() {}"]
    assert sandbox.stdins[1:] == [b"in", b""]
    assert sandbox.specs[1].limits.cpu_ms >= 1_000
    assert (sandbox.leases, sandbox.open_leases) == (1, 0)


def test_an_artefact_is_kept_for_the_next_submission(parts, submissions, new, blobs):
    files = (FileRef(name="main.cpp", blob=blobs.put(b"int main() {}")),)
    for _ in range(2):
        submissions.create(new(language="cpp17", files=files))
    sandbox = FakeSandbox([compiled(), run_result(stdout=b"1\n"), run_result(stdout=b"1\n")])
    working = parts(sandbox=sandbox)

    assert [judge_next(working), judge_next(working)] == [Outcome.PUBLISHED] * 2
    assert len(sandbox.specs) == 3


def test_without_work_the_slot_is_given_back(parts):
    working = parts()

    assert judge_next(working) is Outcome.NO_WORK
    assert (working.sandbox.leases, working.sandbox.open_leases) == (1, 0)


def test_without_a_slot_nothing_is_claimed(parts, submissions, new):
    sent = submissions.create(new()).record

    assert judge_next(parts(sandbox=FakeSandbox([], slots=0))) is Outcome.NO_SLOT
    assert submissions.get(sent.id) == sent


def test_a_cancel_stops_what_runs(parts, submissions, new):
    sent = submissions.create(new()).record
    sandbox = Interruptible(lambda: submissions.request_cancel(sent.id))

    assert judge_next(parts(sandbox=sandbox)) is Outcome.CANCELLED

    assert submissions.get(sent.id).state is JudgeState.CANCELLED
    assert sandbox.open_leases == 0


def test_who_lost_its_claim_stops_and_says_nothing(parts, submissions, new, database, blobs):
    sent = submissions.create(new()).record
    later = Claims(database, blobs, clock=lambda: utc_now() + timedelta(hours=1))
    sandbox = Interruptible(later.reap)

    assert judge_next(parts(sandbox=sandbox)) is Outcome.LOST

    assert submissions.get(sent.id).state is JudgeState.QUEUED
    assert sandbox.open_leases == 0


def test_a_worker_that_has_to_end_gives_back_without_blame(parts, submissions, new):
    sent = submissions.create(new()).record
    drain = Drain()
    sandbox = Interruptible(lambda: drain.begin(0.05))

    assert judge_next(parts(sandbox=sandbox, drain=drain)) is Outcome.GIVEN_BACK

    record = submissions.get(sent.id)
    assert (record.state, record.deliveries) == (JudgeState.QUEUED, 0)


def test_what_ends_in_time_is_published_by_a_worker_that_has_to_end(parts, submissions, new):
    submissions.create(new())
    drain = Drain()
    drain.begin(5)

    assert judge_next(parts(drain=drain)) is Outcome.PUBLISHED


def test_a_run_that_nobody_watches_is_stopped(parts, submissions, new, claims):
    class Broken:
        def __getattr__(self, name):
            return getattr(claims, name)

        def is_cancel_requested(self, claim):
            raise RuntimeError("nobody expected this")

    submissions.create(new())
    sandbox = Interruptible(lambda: None)

    assert judge_next(parts(sandbox=sandbox, claims=Broken())) is Outcome.LOST
    assert sandbox.open_leases == 0


def test_a_long_run_keeps_its_lease(parts, submissions, new, claims):
    submissions.create(new())
    reaped = []

    def run(_spec):
        for _ in range(10):
            time.sleep(0.1)
            reaped.extend(claims.reap().changes)
        return run_result(stdout=b"1\n")

    assert judge_next(parts(run)) is Outcome.PUBLISHED
    assert reaped == []


def test_results_are_stored_and_told_while_it_runs(parts, submissions, new, blobs, queue):
    case = {"input": blobs.put(b""), "answer": blobs.put(b"1\n")}
    sent = submissions.create(new(cases=tuple(InlineCase(name=str(i), **case) for i in (1, 2))))
    submission_id = sent.record.id
    runs = []

    def run(_spec):
        runs.append(1)
        if len(runs) == 2:
            seen_within(lambda: submissions.get(submission_id).case_judged == 1)
            assert submissions.get(submission_id).state is JudgeState.RUNNING
            version = submissions.get(submission_id).version
            seen_within(lambda: (submission_id, version) in queue.changes)
        return run_result(stdout=b"1\n")

    assert judge_next(parts(run)) is Outcome.PUBLISHED
    assert submissions.get(submission_id).verdict is Verdict.AC


def test_many_test_cases_keep_less_of_their_output_each(parts, submissions, new, blobs):
    case = {"input": blobs.put(b"")}
    chatty = lambda _: run_result(stdout=b"x" * 100_000, stderr=b"y" * 100_000)  # noqa: E731
    kept = {}
    for total in (1, 32, 1000):
        cases = tuple(InlineCase(name=str(i), **case) for i in range(total))
        sent = submissions.create(new(cases=cases)).record
        assert judge_next(parts(chatty)) is Outcome.PUBLISHED
        results = [case.result for case in submissions.view(sent.id).results]
        assert len(results) == total
        kept[total] = {len(result.stdout) for result in results}
        assert sum(len(r.stdout) + len(r.stderr) for r in results) <= 4 << 20

    assert kept[1] == kept[32] == {64 << 10}
    assert 0 < max(kept[1000]) < 4096


def test_a_missing_source_is_given_back(parts, submissions, new, blobs):
    sent = submissions.create(new()).record
    blobs.path(sent.files[0].blob.sha256).unlink()

    with pytest.raises(BlobMissing):
        judge_next(parts())

    record = submissions.get(sent.id)
    assert (record.state, record.deliveries) == (JudgeState.QUEUED, 1)


def test_what_nobody_expected_is_given_back_and_given_up_in_the_end(parts, submissions, new):
    sent = submissions.create(new()).record

    def run(_spec):
        raise KeyError("a mistake of ours")

    for _ in range(3):
        with pytest.raises(KeyError):
            judge_next(parts(run))

    record = submissions.get(sent.id)
    assert (record.verdict, record.explanation.reason) == (Verdict.JE, "host")
    assert judge_next(parts(run)) is Outcome.NO_WORK


def test_a_host_that_fails_twice_is_a_judge_error(parts, submissions, new, monkeypatch):
    monkeypatch.setattr("judging.runner.time.sleep", lambda _: None)
    sent = submissions.create(new()).record

    assert judge_next(parts(lambda _: SetupError("mount", 5))) is Outcome.PUBLISHED

    record = submissions.get(sent.id)
    assert (record.verdict, record.explanation.reason) == (Verdict.JE, "host")


def test_a_database_that_is_away_for_a_moment_costs_no_result(parts, submissions, new, claims):
    class Flaky:
        def __init__(self):
            self.failures = 2

        def __getattr__(self, name):
            return getattr(claims, name)

        def publish(self, claim, judgement):
            if self.failures:
                self.failures -= 1
                raise StoreUnavailable("the disk is busy")
            return claims.publish(claim, judgement)

    sent = submissions.create(new()).record
    working = parts(claims=Flaky())

    assert judge_next(working) is Outcome.PUBLISHED
    assert submissions.get(sent.id).verdict is Verdict.AC
    assert submissions.get(sent.id).deliveries == 1


def test_redis_may_be_away(parts, submissions, new, queue):
    sent = submissions.create(new()).record
    queue.is_down = True

    assert judge_next(parts()) is Outcome.PUBLISHED
    assert submissions.get(sent.id).verdict is Verdict.AC


class Interruptible(FakeSandbox):
    """Its one run lasts until it is cancelled; `begin` is called when it has started."""

    def __init__(self, begin):
        self._cancelled = threading.Event()
        self._begin = begin
        super().__init__(self._run_until_cancelled)

    def _run_until_cancelled(self, _spec):
        self._begin()
        assert self._cancelled.wait(5), "nobody cancelled the run"
        return Cancelled("cancelled")

    def lease(self, *, wait_s=None):
        if self.leases:
            raise NoFreeSlot("only one")
        return super().lease(wait_s=wait_s)

    @property
    def cancels(self):
        return int(self._cancelled.is_set())

    @cancels.setter
    def cancels(self, value):
        if value:
            self._cancelled.set()


def seen_within(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not seen in time"
        time.sleep(0.01)
