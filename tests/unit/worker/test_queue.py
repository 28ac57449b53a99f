from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from store.claims import Claims
from store.hosts import Hosts
from store.model import HostLanguage, HostRecord, utc_now
from worker.broker import broker_settings, broker_url
from worker.client import Listener, QueueClient, QueueUnavailable
from worker.housekeeping import Housekeeper, keep_house
from worker.settings import WorkerSettings


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("redis://:pw@host:6380/3", "redis://:pw@host:6380/3"),
        ("rediss://host/0", "rediss://host/0"),
        ("unix:///run/brig/redis.sock", "redis+socket:///run/brig/redis.sock?virtual_host=0"),
        ("unix://:pw@/run/r.sock?db=2", "redis+socket://:pw@/run/r.sock?virtual_host=2"),
    ],
)
def test_unix_sockets_are_spelled_as_kombu_knows_them(given, expected):
    assert broker_url(given) == expected


def test_the_visibility_timeout_stands_in_all_three_places():
    conf = broker_settings("redis://host", "brig:", 300)

    assert conf["visibility_timeout"] == 300
    assert conf["broker_transport_options"]["visibility_timeout"] == 300
    assert conf["result_backend_transport_options"]["visibility_timeout"] == 300


def test_settings_survive_their_wire_form(settings):
    wire = json.loads(json.dumps(settings.to_wire()))

    assert WorkerSettings.from_wire(wire) == settings


@pytest.fixture
def unreachable(tmp_path):
    client = QueueClient(f"unix://{tmp_path}/none.sock")
    yield client
    client.close()


def test_without_redis_every_door_says_so(unreachable):
    for door in (
        unreachable.enqueue_slot,
        unreachable.ping,
        unreachable.queue_length,
        lambda: unreachable.publish_changed("a", 1),
    ):
        with pytest.raises(QueueUnavailable):
            door()


def test_without_redis_a_listener_hears_nothing_and_breaks_nothing(unreachable, monkeypatch):
    monkeypatch.setattr("worker.client._TIMEOUT_S", 0.05)
    with unreachable.subscribe("a") as listener:
        assert not listener.wait(0.01)


def test_a_listener_remembers_a_change_that_nobody_waited_for():
    listener = Listener()
    listener.notify()
    listener.notify()

    assert listener.wait(0)
    assert not listener.wait(0)


@pytest.fixture
def keeper(database, blobs, queue):
    now = utc_now()
    host = HostRecord(
        id="h",
        hostname="h",
        slots=2,
        languages=(HostLanguage(name="c", version="1"),),
        brig_version="0",
        started_at=now,
        seen_at=now,
    )
    return Housekeeper(
        claims=Claims(database, blobs), hosts=Hosts(database), queue=queue, host=host
    )


def test_every_queued_submission_gets_a_message_and_no_more(keeper, submissions, new, queue):
    for _ in range(3):
        submissions.create(new())
    queue.length = 1

    keeper.reap()
    assert queue.length == 3
    keeper.reap()
    assert queue.length == 3


def test_the_dead_are_reaped_told_and_sent_again(keeper, submissions, new, queue, claims):
    sent = submissions.create(new()).record
    claims.claim("dead", ["python3"], timedelta(seconds=-1))

    keeper.reap()

    assert queue.changes == [(sent.id, 3)]
    assert queue.length == 1


def test_housekeeping_goes_on_when_redis_comes_back(keeper, submissions, new, queue, settings):
    submissions.create(new())
    queue.is_down = True
    stop = threading.Event()
    quick = replace(settings, reap_s=0.01, heartbeat_s=0.01)
    thread = threading.Thread(target=keep_house, args=(keeper, quick, stop))
    thread.start()
    try:
        until(lambda: [host.id for host in keeper.hosts.alive()] == ["h"])
        assert queue.length == 0
        queue.is_down = False
        until(lambda: queue.length == 1)
    finally:
        stop.set()
        thread.join()


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
