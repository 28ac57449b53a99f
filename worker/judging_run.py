"""One claim from start to end: its files, its problem, the judging, and the one result.

Runs unprivileged in a child of the worker. A claim ends in exactly one way: published, cancelled,
given back, or lost to somebody else; then nothing more is said.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from enum import Enum
from typing import TYPE_CHECKING

import structlog

from judging.errors import ProblemError
from judging.judge import STREAM_MAX_BYTES, JudgeRequest, Tools, judge
from judging.model import (
    Checker,
    CheckerKind,
    Explanation,
    JudgeLimits,
    Judgement,
    Problem,
    SourceFile,
    Submission,
    TestCase,
    Verdict,
)
from sandbox.errors import Cancelled, NoFreeSlot
from store.errors import StaleToken, StoreUnavailable
from worker.errors import QueueUnavailable
from worker.progress import Progress
from worker.slots import hold_slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.model import Change, Claim, InlineCase
    from worker.parts import Parts
    from worker.slots import HeldSandbox

_RETRY_S = 0.2
_RETRY_MAX_S = 5.0
# What a submission keeps of all its stdouts together, and again of its stderrs: whoever looks at
# it is sent all of that at once, and in JSON a control character is six bytes long.
_KEPT_MAX_BYTES = 2 << 20
_KEPT_MIN_BYTES = 1 << 10

_log = structlog.get_logger(__name__)


class Outcome(Enum):
    """What became of a slot message."""

    NO_SLOT = "no_slot"
    NO_WORK = "no_work"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    GIVEN_BACK = "given_back"
    LOST = "lost"


def judge_next(parts: Parts) -> Outcome:
    """Lease a slot, claim what is most urgent, judge it and publish.

    Raises what went wrong on our side, after the claim was given back.
    """
    settings = parts.settings
    try:
        with hold_slot(parts.sandbox, wait_s=settings.patience_s) as held:
            claim = parts.claims.claim(parts.name, parts.languages, settings.lease)
            if claim is None:
                return Outcome.NO_WORK
            with structlog.contextvars.bound_contextvars(submission=claim.record.id):
                return _ClaimRun(parts, claim, held).run()
    except NoFreeSlot as error:
        _log.warning("no slot for a submission", error=str(error))
        return Outcome.NO_SLOT


class _ClaimRun:
    """A claim on its way."""

    def __init__(self, parts: Parts, claim: Claim, held: HeldSandbox) -> None:
        self._parts = parts
        self._claim = claim
        self._held = held

    def run(self) -> Outcome:
        record = self._claim.record
        _log.info("claimed", language=record.language, delivery=record.deliveries)
        self._announce_version(record.version)
        progress = Progress(
            self._parts,
            self._claim,
            announce=self._announce,
            stop=self._held.cancel,
        )
        is_settled = False
        try:
            with progress:
                outcome = self._judge_and_publish(progress)
            is_settled = True
        except StaleToken:
            is_settled = True
            outcome = Outcome.LOST
        finally:
            if not is_settled:
                self._give_back()
        _log.info("ended", outcome=outcome.value)
        return outcome

    def _judge_and_publish(self, progress: Progress) -> Outcome:
        claims, claim = self._parts.claims, self._claim
        try:
            judgement = self._judge(progress)
        except Cancelled:
            if progress.is_cancelled:
                self._settle(lambda: claims.publish_cancelled(claim))
                return Outcome.CANCELLED
            if progress.is_drained:
                self._settle(lambda: claims.give_back(claim, counts=False))
                return Outcome.GIVEN_BACK
            return Outcome.LOST
        progress.record_no_more()
        self._settle(lambda: claims.publish(claim, judgement))
        _log.info("published", verdict=judgement.verdict.value)
        if judgement.verdict is Verdict.JE and judgement.explanation is not None:
            _log.error("a judge error", why=judgement.explanation.text)
        return Outcome.PUBLISHED

    def _judge(self, progress: Progress) -> Judgement:
        parts, record = self._parts, self._claim.record
        files = tuple(
            SourceFile(name=file.name, content=parts.blobs.get(file.blob.sha256))
            for file in record.files
        )
        submission = Submission(
            files=files, language=record.language, entry_point=record.entry_point
        )
        tools = Tools(
            sandbox=self._held,
            registry=parts.registry,
            artefacts=parts.artefacts,
            lease_wait_s=parts.settings.patience_s,
        )
        with ExitStack() as stack:
            try:
                problem = self._problem(stack)
            except ProblemError as error:
                return _unusable_problem(error)
            request = JudgeRequest(
                submission=submission,
                problem=problem,
                run_all=record.run_all,
                keep_bytes=_keep_bytes(len(problem.test_cases)),
            )
            return judge(request, tools, progress.observe)

    def _problem(self, stack: ExitStack) -> Problem:
        record = self._claim.record
        if record.problem_id is None:
            return self._inline_problem()
        stored = self._parts.problems.get(record.problem_id, record.problem_revision)
        if stored is None:
            msg = f"revision {record.problem_revision} of {record.problem_id} is not stored"
            raise ProblemError(msg)
        return stack.enter_context(self._parts.packages.open(stored))

    def _inline_problem(self) -> Problem:
        record = self._claim.record
        return Problem(
            name="inline",
            title=record.title,
            limits=record.limits or JudgeLimits(),
            checker=record.checker or Checker(kind=CheckerKind.TOKENS),
            test_cases=tuple(self._test_case(case) for case in record.cases),
            code_bytes=None,
        )

    def _test_case(self, case: InlineCase) -> TestCase:
        blobs = self._parts.blobs
        return TestCase(
            name=case.name,
            input=blobs.path(case.input.sha256),
            answer=None if case.answer is None else blobs.path(case.answer.sha256),
            is_sample=True,
            checker=Checker(kind=CheckerKind.NONE) if case.answer is None else None,
        )

    def _settle(self, write: Callable[[], Change]) -> None:
        """Write the end of the claim, waiting for a database or disk that is away for a while."""
        deadline = time.monotonic() + self._parts.settings.patience_s
        pause_s = _RETRY_S
        while True:
            try:
                change = write()
            except (StoreUnavailable, OSError) as error:
                if time.monotonic() >= deadline:
                    raise
                _log.warning("the result waits for the store", error=str(error))
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, _RETRY_MAX_S)
            else:
                self._announce(change)
                return

    def _give_back(self) -> None:
        try:
            self._announce(self._parts.claims.give_back(self._claim))
        except StaleToken:
            return
        except StoreUnavailable as error:
            _log.warning("a claim could not be given back; its lease ends", error=str(error))

    def _announce(self, change: Change) -> None:
        self._announce_version(change.version)

    def _announce_version(self, version: int) -> None:
        try:
            self._parts.queue.publish_changed(self._claim.record.id, version)
        except QueueUnavailable as error:
            _log.warning("a change was not told", error=str(error))  # who asks sees it in SQL


def _keep_bytes(case_total: int) -> int:
    """Say how much of each stream of a test case is kept."""
    fair_share = _KEPT_MAX_BYTES // max(1, case_total)
    return min(STREAM_MAX_BYTES, max(_KEPT_MIN_BYTES, fair_share))


def _unusable_problem(error: ProblemError) -> Judgement:
    _log.error("a problem cannot be used", error=str(error))
    text = "The problem's package cannot be used; this is not the program's fault."
    return Judgement(
        verdict=Verdict.JE,
        explanation=Explanation(reason="problem", text=text),
        compile=None,
        test_results=(),
        score=0.0,
    )
