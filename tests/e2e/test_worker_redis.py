"""A real Redis, a real Celery worker with its children, real jails: what survives whose death."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from judging.model import JudgeLimits, JudgeState, Verdict
from sandbox.supervisor import JailerConfig, start_jailers
from store.blobs import BlobStore
from store.database import open_database
from store.hosts import Hosts
from store.model import FileRef, InlineCase, NewProblem, NewSubmission
from store.problems import Problems
from store.submissions import Submissions
from worker.client import QueueClient, QueueUnavailable
from worker.settings import WorkerSettings

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
LEASE_S = 3.0
SUM = b"print(sum(map(int, input().split())))\n"
SLEEPER = b"import time\ntime.sleep(1.5)\nprint(3)\n"


class Redis:
    """A redis-server on a unix socket, with an append-only file."""

    def __init__(self, folder):
        self.folder = folder
        self.url = f"unix://{folder}/redis.sock"
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [
                shutil.which("redis-server") or "valkey-server",
                *("--port", "0", "--unixsocket", f"{self.folder}/redis.sock"),
                *("--dir", str(self.folder), "--appendonly", "yes", "--save", ""),
                *("--maxmemory-policy", "noeviction", "--logfile", f"{self.folder}/redis.log"),
            ]
        )
        client = QueueClient(self.url)
        wait_until(lambda: answers(client), "Redis does not start")
        client.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class World:
    """Everything a worker needs, and what the web would hold."""

    def __init__(self, folder, redis, jailers_path):
        self.folder = folder
        self.redis = redis
        self.settings = WorkerSettings(
            state_path=folder,
            jailers_path=jailers_path,
            redis_url=redis.url,
            database_url=f"sqlite:///{folder}/brig.sqlite",
            slots=2,
            lease_s=LEASE_S,
            watch_s=0.1,
            reap_s=0.5,
            heartbeat_s=1.0,
        )
        database = open_database(self.settings.database_url)
        self.blobs = BlobStore(self.settings.blobs_path)
        self.submissions = Submissions(database, self.blobs)
        self.problems = Problems(database)
        self.hosts = Hosts(database)
        self.queue = QueueClient(redis.url)
        self.log_path = folder / "worker.log"

    def submit(self, source=SUM, answer=b"3\n", *, sends=True, **values):
        case = InlineCase(name="1", input=self.blobs.put(b"1 2\n"), answer=self.blobs.put(answer))
        new = NewSubmission(
            owner_id="alice",
            language="python3",
            files=(FileRef(name="main.py", blob=self.blobs.put(source)),),
            cases=(case,),
            limits=JudgeLimits(cpu_ms=2_000),
        )
        record = self.submissions.create(replace(new, **values)).record
        if sends:
            self.queue.enqueue_slot()
        return record.id

    def wait_final(self, submission_id, within_s=15.0):
        wait_until(lambda: self.record(submission_id).is_final, "not judged", within_s)
        return self.record(submission_id)

    def wait_state(self, submission_id, *states):
        wait_until(lambda: self.record(submission_id).state in states, f"not {states}", 10)

    def record(self, submission_id):
        return self.submissions.get(submission_id)

    @contextmanager
    def worker(self, **settings):
        """Run a worker for the time of the context; it must end by itself on SIGTERM."""
        wire = json.dumps(replace(self.settings, **settings).to_wire())
        with self.log_path.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, str(ROOT / "tests/e2e/worker_process.py"), wire],
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
                cwd="/",
            )
        self.worker_pid = process.pid
        try:
            wait_until(self.hosts.alive, "the worker does not report", 20)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()
                process.wait()

    def housekeepers(self):
        return [
            pid
            for pid in children_of(self.worker_pid)
            if b"worker.housekeeping" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    def log(self):
        return [
            json.loads(line)
            for line in self.log_path.read_text().splitlines()
            if line.startswith("{")
        ]

    def close(self):
        self.queue.close()


def answers(client):
    try:
        client.ping()
    except QueueUnavailable:
        return False
    return True


def wait_until(condition, complaint, within_s=10.0):
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)


def children_of(pid):
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in tasks.read_text().split()] if tasks.exists() else []


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def jailers_path(tmp_path_factory):
    config = JailerConfig(slots=2, run_dir=tmp_path_factory.mktemp("run"))
    with start_jailers(config) as jailers:
        yield jailers.run_path


@contextmanager
def new_world(folder, jailers_path):
    redis = Redis(folder)
    world = World(folder, redis, jailers_path)
    yield world
    world.close()
    redis.stop()


@pytest.fixture
def world(tmp_path, jailers_path):
    with new_world(tmp_path, jailers_path) as world:
        yield world


class TestOneWorker:
    @pytest.fixture(scope="class")
    @classmethod
    def world(cls, tmp_path_factory, jailers_path):
        with new_world(tmp_path_factory.mktemp("world"), jailers_path) as world:
            with world.worker():
                yield world
            assert world.hosts.list() == ()

    def test_verdicts_arrive(self, world):
        right, wrong = world.submit(), world.submit(answer=b"4\n")
        broken = world.submit(b"print(\n")

        assert world.wait_final(right).verdict is Verdict.AC
        assert world.wait_final(wrong).verdict is Verdict.WA
        assert world.wait_final(broken).verdict in {Verdict.CE, Verdict.RTE}
        assert {"python3", "cpp17"} == {language.name for language in world.hosts.languages()}

    def test_a_compiled_program_is_compiled_once(self, world):
        source = b'#include <cstdio>\nint main() { std::puts("3"); }\n'
        files = (FileRef(name="main.cpp", blob=world.blobs.put(source)),)

        first = world.wait_final(world.submit(language="cpp17", files=files), 30)
        second = world.wait_final(world.submit(language="cpp17", files=files))

        assert [first.verdict, second.verdict] == [Verdict.AC, Verdict.AC]
        assert [first.compile.from_cache, second.compile.from_cache] == [False, True]

    def test_a_cancel_ends_what_runs(self, world):
        endless = b"import time\ntime.sleep(60)\n"
        sleeper = world.submit(endless, limits=JudgeLimits(wall_ms=90_000))
        with world.queue.subscribe(sleeper) as listener:
            world.wait_state(sleeper, JudgeState.RUNNING)
            assert listener.wait(5)
            world.submissions.request_cancel(sleeper)
            assert world.wait_final(sleeper, 5).state is JudgeState.CANCELLED

    def test_results_are_seen_before_the_last_one_is_there(self, world):
        source = b"import time\ntime.sleep(float(input()))\nprint('done')\n"
        cases = tuple(
            InlineCase(name=str(i), input=world.blobs.put(pause), answer=world.blobs.put(b"done\n"))
            for i, pause in enumerate((b"0\n", b"0\n", b"1.5\n"), start=1)
        )
        submission_id = world.submit(source, cases=cases)

        wait_until(lambda: world.record(submission_id).case_judged == 2, "no row before the end")

        assert world.record(submission_id).state is JudgeState.RUNNING
        assert world.wait_final(submission_id).case_judged == 3

    def test_a_stored_problem_is_unpacked_and_judged(self, world):
        world.problems.put(sum_problem(world.blobs))
        of_problem = {"problem_id": "sum", "cases": (), "limits": None}

        ids = [world.submit(**of_problem), world.submit(**of_problem)]
        ids.append(world.submit(b"print(3)\n", run_all=True, **of_problem))
        records = [world.wait_final(submission_id) for submission_id in ids]

        assert [record.verdict for record in records] == [Verdict.AC, Verdict.AC, Verdict.WA]
        results = world.submissions.view(ids[2]).results
        assert [case.result.verdict for case in results] == [Verdict.AC, Verdict.WA, Verdict.WA]
        assert [case.result.name for case in results] == ["sample/1", "secret/1", "secret/2"]

    def test_a_submission_without_a_message_is_judged(self, world):
        assert world.wait_final(world.submit(sends=False)).verdict is Verdict.AC

    def test_a_killed_housekeeper_is_replaced(self, world):
        (keeper,) = world.housekeepers()
        os.kill(keeper, signal.SIGKILL)

        wait_until(lambda: set(world.housekeepers()) - {keeper}, "no housekeeper")
        assert world.wait_final(world.submit(sends=False)).verdict is Verdict.AC

    def test_a_killed_redis_delays_and_loses_nothing(self, world):
        running = world.submit(SLEEPER)
        world.wait_state(running, JudgeState.RUNNING)

        world.redis.kill()
        with pytest.raises(QueueUnavailable):
            world.queue.enqueue_slot()
        meanwhile = world.submit(sends=False)
        assert world.wait_final(running).verdict is Verdict.AC
        world.redis.start()

        assert world.wait_final(meanwhile, 30).verdict is Verdict.AC
        assert world.wait_final(world.submit(), 30).verdict is Verdict.AC
        assert world.record(running).deliveries == 1


def sum_problem(blobs):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("sum/problem.yaml", "name: Sum\nlimits:\n  memory: 256\n")
        package.writestr("sum/.timelimit", "2\n")
        for name, data in (("sample/1", "1 2\n"), ("secret/1", "5 6\n"), ("secret/2", "7 8\n")):
            package.writestr(f"sum/data/{name}.in", data)
            package.writestr(f"sum/data/{name}.ans", f"{sum(map(int, data.split()))}\n")
    return NewProblem(
        id="sum",
        title="Sum",
        limits=JudgeLimits(),
        samples=(),
        case_total=3,
        archive=blobs.put(archive.getvalue()),
        owner_id="alice",
    )


def test_a_message_is_small_json_and_names_nobody(world):
    world.queue.enqueue_slot()

    client = redis.Redis.from_url(world.redis.url)
    with client:
        (message,) = client.lrange("brig:slots", 0, -1)
    assert len(message) < 1024
    assert json.loads(message)["content-type"] == "application/json"
    assert world.queue.queue_length() == 1


def test_a_killed_worker_leaves_nothing_and_its_submission_is_judged_once(world):
    with world.worker() as first:
        victim = world.submit(SLEEPER)
        world.wait_state(victim, JudgeState.RUNNING)
        family = children_of(first.pid)
        first.kill()
        first.wait()
        wait_until(lambda: not any(map(is_alive, family)), "children outlive their worker")
        assert len(family) == 3  # a child per slot, and the housekeeper

    with world.worker():
        record = world.wait_final(victim, 20)

    assert (record.verdict, record.deliveries) == (Verdict.AC, 2)
    published = [line for line in world.log() if line["event"] == "published"]
    assert [line["submission"] for line in published] == [victim]


def test_a_worker_that_is_told_to_stop_gives_back_what_takes_long(world):
    with world.worker(drain_s=0.3) as process:
        endless = b"import time\ntime.sleep(60)\n"
        held = world.submit(endless, limits=JudgeLimits(wall_ms=90_000))
        world.wait_state(held, JudgeState.RUNNING)
        process.terminate()
        assert process.wait(15) == 0

    record = world.record(held)
    assert (record.state, record.deliveries) == (JudgeState.QUEUED, 0)


def test_a_sleeper_beyond_its_lease_publishes_nothing(world):
    with world.worker(slots=2) as worker:
        victim = world.submit(SLEEPER)
        world.wait_state(victim, JudgeState.RUNNING)
        holder = holder_of(world, victim)
        os.kill(holder, signal.SIGSTOP)
        try:
            record = world.wait_final(victim, 20)
        finally:
            os.kill(holder, signal.SIGCONT)
        assert (record.verdict, record.deliveries) == (Verdict.AC, 2)
        wait_until(
            lambda: {"lost"} <= {line.get("outcome") for line in world.log()}, "nobody lost a claim"
        )
        assert world.record(victim) == record
        assert worker.poll() is None


def holder_of(world, submission_id):
    claimed = [line for line in world.log() if line.get("submission") == submission_id]
    return next(line["pid"] for line in claimed if line["event"] == "claimed")
