from __future__ import annotations

import json
import threading
from dataclasses import dataclass

import pytest

from judging.model import CompileResult, Verdict
from tests.web_world import COMPILED, result
from web.budget import ThreadBudget


@dataclass
class Event:
    id: int
    name: str
    data: dict


def read(answer):
    events = []
    for block in answer.get_data(as_text=True).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            events.append(Event(int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return events


def follow(client, submission_id, after=None):
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    return client.get(f"/api/v1/submissions/{submission_id}/events", headers=headers)


def states(events):
    return [event.data["state"] for event in events if event.name == "state"]


def test_every_change_of_state_and_every_test_case_arrives(client, world):
    submission_id = client.send(test_cases=[{"stdin": "1"}, {"stdin": "2"}])
    world.judge(result("1"), result("2"))
    answer = follow(client, submission_id)
    events = read(answer)
    assert answer.mimetype == "text/event-stream"
    assert answer.get_data(as_text=True).startswith("retry: ")
    assert states(events) == ["queued", "compiling", "running", "done"]
    tests = [e.data["result"]["index"] for e in events if e.name == "test"]
    assert tests == [1, 2]
    assert [e.name for e in events].count("compile") == 1
    assert (events[-1].name, events[-1].data["verdict"]) == ("end", "AC")


def test_events_arrive_while_it_is_judged(client, world):
    submission_id = client.send()
    arrived: list[str] = []
    stream = follow(client, submission_id).iter_encoded()

    def listen():
        arrived.extend(chunk.decode() for chunk in stream)

    listener = threading.Thread(target=listen)
    listener.start()
    claim = world.claim()
    world.compile(claim)
    world.report(claim, 1, 2, result("1"))
    for _ in range(100):
        if any("event: test" in chunk for chunk in arrived):
            break
        listener.join(0.02)
    assert any("event: test" in chunk for chunk in arrived)
    assert not any("event: end" in chunk for chunk in arrived)
    world.publish(claim, [result("1"), result("2")])
    listener.join(5)
    assert "event: end" in arrived[-1]


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(client, world):
    submission_id = client.send(test_cases=[{}, {}])
    claim = world.claim()
    world.compile(claim)
    world.report(claim, 1, 2, result("1"))
    seen = world.submissions.get(submission_id).version
    world.report(claim, 2, 2, result("2"))
    world.publish(claim, [result("1"), result("2")])
    events = read(follow(client, submission_id, after=seen))
    assert [e.data["result"]["index"] for e in events if e.name == "test"] == [2]
    assert states(events) == ["done"]
    assert events[-1].id == world.submissions.get(submission_id).version


def test_torn_burst_is_told_again(client, world):
    submission_id = client.send(test_cases=[{}, {}])
    world.judge(result("1"), result("2"))
    events = read(follow(client, submission_id))
    middle = next(e for e in events if e.name == "test")
    again = read(follow(client, submission_id, after=middle.id))
    assert [e.data["result"]["index"] for e in again if e.name == "test"] == [1, 2]


def test_compile_error_never_claims_to_have_run(client, world):
    submission_id = client.send()
    failed = CompileResult(verdict=Verdict.CE, explanation=None, log=b"no")
    claim = world.claim()
    world.claims.record_compile(claim, failed)
    world.publish(claim, [], failed)
    events = read(follow(client, submission_id))
    assert states(events) == ["queued", "compiling", "done"]
    assert [e.data["log"] for e in events if e.name == "compile"] == ["no"]


def test_cancelled_submission_ends_the_stream(client):
    submission_id = client.send()
    client.post(f"/api/v1/submissions/{submission_id}/cancel")
    events = read(follow(client, submission_id))
    assert states(events) == ["queued", "cancelled"]
    assert events[-1].name == "end"


def test_silence_is_filled_and_the_stream_ends_by_itself(make_client):
    client = make_client(stream_lifetime_s=0.3, heartbeat_s=0.05)
    text = follow(client, client.send()).get_data(as_text=True)
    assert ": still here" in text
    assert "event: end" not in text


def test_streams_beyond_the_budget_are_told_to_poll(make_client):
    budget = ThreadBudget(1, 1)
    client = make_client(services={"streams": budget})
    submission_id = client.send()
    first = client._client.get(
        f"/api/v1/submissions/{submission_id}/events", headers=client._headers, buffered=False
    )
    assert budget.held() == 1
    refused = follow(client, submission_id)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert client.get(f"/api/v1/submissions/{submission_id}").status_code == 200
    first.close()
    assert budget.held() == 0


@pytest.mark.parametrize("text", ["-1", "x", "1" * 19, "1.5"])
def test_last_event_id_is_checked(client, text):
    answer = follow(client, client.send(), after=text)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "Last-Event-ID")


def test_secret_output_does_not_leave_by_events(client, world):
    world.add_problem()
    submission_id = client.send(problem="sum")
    world.judge(result("secret/1", Verdict.WA, "difference", stdout=b"secret"))
    text = follow(client, submission_id).get_data(as_text=True)
    assert '"stdout":"secret"' not in text
    assert "because difference" not in text


def test_budget_counts_each_owner_apart():
    budget = ThreadBudget(3, 2)
    assert [budget.take("a") for _ in range(3)] == [True, True, False]
    assert budget.take("b")
    assert not budget.take("c")
    budget.give_back("a")
    assert budget.take("c")


def test_compile_step_is_told_when_it_worked(client, world):
    submission_id = client.send()
    claim = world.claim()
    world.compile(claim, COMPILED)
    world.publish(claim, [result()])
    names = [e.name for e in read(follow(client, submission_id))]
    assert names.index("compile") < names.index("test")
