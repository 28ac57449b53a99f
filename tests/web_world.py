"""A web front end with a real store, and with a queue and a judge that the test moves by hand."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta

from judging.model import (
    CompileResult,
    Explanation,
    JudgeLimits,
    Judgement,
    JudgeState,
    TestResult,
    Verdict,
)
from languages.registry import load_registry
from store.blobs import BlobStore
from store.claims import Claims
from store.hosts import Hosts
from store.keys import Keys
from store.model import (
    CaseProgress,
    HostLanguage,
    HostRecord,
    NewProblem,
    SampleCase,
    Scope,
    utc_now,
)
from store.problems import Problems
from store.submissions import Submissions
from web.budget import ThreadBudget
from web.services import Services
from worker.client import QueueUnavailable

LANGUAGES = ("python3", "cpp17", "java", "c")
LEASE = timedelta(seconds=60)
REGISTRY = load_registry()
COMPILED = CompileResult(verdict=Verdict.AC, explanation=None, log=b"", cpu_ms=12.0)


class FakeListener:
    def __init__(self):
        self._heard = threading.Event()

    def tell(self):
        self._heard.set()

    def wait(self, timeout_s):
        heard = self._heard.wait(timeout_s)
        self._heard.clear()
        return heard


class FakeQueue:
    """What the web may do with Redis, inside one process; `is_away` makes every call fail."""

    def __init__(self):
        self.slots_sent = 0
        self.is_away = False
        self._listeners = {}
        self._lock = threading.Lock()

    def enqueue_slot(self):
        self._check()
        self.slots_sent += 1

    def publish_changed(self, submission_id, version):
        self._check()
        with self._lock:
            listeners = list(self._listeners.get(submission_id, ()))
        for listener in listeners:
            listener.tell()

    @contextmanager
    def subscribe(self, submission_id):
        listener = FakeListener()
        with self._lock:
            self._listeners.setdefault(submission_id, []).append(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners[submission_id].remove(listener)

    def queue_length(self):
        self._check()
        return self.slots_sent

    def ping(self):
        self._check()

    def _check(self):
        if self.is_away:
            raise QueueUnavailable("Redis is away")


class World:
    """The parts of a front end, and the deeds of a worker."""

    def __init__(self, database, settings):
        self.settings = settings
        self.database = database
        self.blobs = BlobStore(settings.data_path / "blobs")
        self.queue = FakeQueue()
        self.submissions = Submissions(database, self.blobs)
        self.claims = Claims(database, self.blobs)
        self.problems = Problems(database)
        self.keys = Keys(database)
        self.hosts = Hosts(database)

    def services(self, **others):
        values = {
            "settings": self.settings,
            "submissions": self.submissions,
            "problems": self.problems,
            "keys": self.keys,
            "hosts": self.hosts,
            "blobs": self.blobs,
            "queue": self.queue,
            "registry": REGISTRY,
            "waits": ThreadBudget(self.settings.wait_slots, self.settings.wait_slots),
            "streams": ThreadBudget(self.settings.stream_slots, self.settings.streams_per_owner),
            "login_link": None,
        }
        return Services(**{**values, **others})

    def issue_key(self, *scopes, **values):
        return self.keys.issue("a test", scopes or (Scope.ADMIN,), **values).text

    def start_worker(self, languages=LANGUAGES):
        declared = tuple(HostLanguage(name=name, version="1.0") for name in languages)
        now = utc_now()
        self.hosts.report(
            HostRecord(
                id="w1", hostname="here", slots=2, languages=declared, brig_version="0",
                started_at=now, seen_at=now,
            )
        )  # fmt: skip

    def claim(self):
        claim = self.claims.claim("w1", REGISTRY.names(), LEASE)
        assert claim is not None
        self.tell(claim)
        return claim

    def compile(self, claim, result=COMPILED):
        self.claims.record_compile(claim, result)
        self.claims.record_state(claim, JudgeState.RUNNING)
        self.tell(claim)

    def report(self, claim, index, total, result):
        self.claims.record_tests(claim, [CaseProgress(index=index, total=total, result=result)])
        self.tell(claim)

    def publish(self, claim, results, compiled=COMPILED):
        deciding = next((r for r in results if r.verdict is not Verdict.AC), None)
        failed = compiled.verdict is not Verdict.AC
        worst = compiled if failed else deciding
        self.claims.publish(
            claim,
            Judgement(
                verdict=Verdict.AC if worst is None else worst.verdict,
                explanation=None if worst is None else worst.explanation,
                compile=compiled,
                test_results=tuple(results),
                score=1.0 if worst is None else 0.0,
                cpu_ms=max((r.cpu_ms for r in results), default=0.0),
                wall_ms=max((r.wall_ms for r in results), default=0.0),
                memory_bytes=max((r.memory_bytes for r in results), default=0),
            ),
        )
        self.tell(claim)

    def judge(self, *results):
        """Do all that a worker does for the next submission, at once."""
        claim = self.claim()
        self.compile(claim)
        for index, result in enumerate(results, start=1):
            self.report(claim, index, len(results), result)
        self.publish(claim, results)
        return claim.record.id

    def tell(self, claim):
        if not self.queue.is_away:
            self.queue.publish_changed(claim.record.id, 0)

    def add_problem(self, problem_id="sum", **values):
        defaults = {
            "id": problem_id,
            "title": "A sum",
            "limits": JudgeLimits(cpu_ms=2_000),
            "samples": (SampleCase(name="sample/1", input=b"1 2\n", answer=b"3\n"),),
            "case_total": 3,
            "archive": self.blobs.put(b"PK"),
            "owner_id": "setter",
        }
        return self.problems.put(NewProblem(**{**defaults, **values}))


def result(name="1", verdict=Verdict.AC, reason=None, **values):
    """Make a test result; `reason` gives it an explanation."""
    explanation = None if reason is None else Explanation(reason=reason, text=f"because {reason}")
    defaults = {"cpu_ms": 3.0, "wall_ms": 5.0, "memory_bytes": 4 << 20, "exit_code": 0}
    return TestResult(name=name, verdict=verdict, explanation=explanation, **{**defaults, **values})
