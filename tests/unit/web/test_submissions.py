from __future__ import annotations

import base64
import threading

import pytest

from judging.model import Explanation, Verdict
from store.model import Scope
from tests.web_world import result
from web.budget import ThreadBudget
from web.presenting import explanation_text
from worker.client import QueueUnavailable

HELLO = {"language": "python3", "source": "print(1)\n"}


def test_submission_is_stored_and_announced(client, world):
    answer = client.post("/api/v1/submissions", {**HELLO, "stdin": "5", "expected_output": "5"})
    assert answer.status_code == 201
    body = answer.json
    assert (body["state"], body["version"], body["verdict"]) == ("queued", 1, None)
    assert body["queue_position"] == 0
    assert answer.headers["Location"] == f"/api/v1/submissions/{body['id']}"
    assert world.queue.slots_sent == 1
    record = world.submissions.get(body["id"])
    assert world.blobs.get(record.files[0].blob.sha256) == b"print(1)\n"
    assert record.files[0].name == "main.py"
    assert world.blobs.get(record.cases[0].input.sha256) == b"5"


def test_a_lost_message_loses_no_submission(client, world):
    world.queue.is_away = True
    assert client.post("/api/v1/submissions", HELLO).status_code == 201


def test_a_batch_without_redis_is_told_once(client, world, monkeypatch):
    tried = []

    def fail():
        tried.append(1)
        raise QueueUnavailable("Redis is away")

    monkeypatch.setattr(world.queue, "enqueue_slot", fail)
    answer = client.post("/api/v1/submissions/batch", {"submissions": [HELLO] * 5})
    assert (answer.status_code, len(answer.json["submissions"])) == (201, 5)
    assert len(tried) == 1


def test_whole_result_is_answered(client, world):
    submission_id = client.send(test_cases=[{"stdin": "1", "expected_output": "1"}, {"stdin": "2"}])
    world.judge(
        result("1", stdout=b"1\n", output_bytes=2),
        result("2", Verdict.RTE, "signal", signal="SIGSEGV", stderr=b"\xff\xfe"),
    )
    body = client.get(f"/api/v1/submissions/{submission_id}").json
    assert (body["state"], body["verdict"], body["score"]) == ("done", "RTE", 0.0)
    assert body["verdict_title"] == "Run-time error"
    assert body["explanation"]["reason"] == "signal"
    first, second = body["test_results"]
    assert (first["stdout"], first["stdout_encoding"]) == ("1\n", "utf-8")
    assert (base64.b64decode(second["stderr"]), second["stderr_encoding"]) == (
        b"\xff\xfe",
        "base64",
    )
    assert second["signal"] == "SIGSEGV"


def test_bytes_of_sources_come_back_as_sent(client):
    source = b"print('\xe9')\n"
    encoded = base64.b64encode(source).decode()
    submission_id = client.send(source=None, source_base64=encoded)
    body = client.get(f"/api/v1/submissions/{submission_id}?include=source").json
    assert body["files"] == [{"name": "main.py", "content": encoded, "content_encoding": "base64"}]
    assert client.get(f"/api/v1/submissions/{submission_id}").json["files"] is None


def test_lost_source_is_gone_and_the_verdict_stays(client, world):
    submission_id = client.send()
    record = world.submissions.get(submission_id)
    world.blobs.path(record.files[0].blob.sha256).unlink()
    answer = client.get(f"/api/v1/submissions/{submission_id}?include=source")
    assert (answer.status_code, answer.json["error"]["code"]) == (410, "gone")
    assert client.get(f"/api/v1/submissions/{submission_id}").status_code == 200


def test_unchanged_submission_is_not_sent_again(client, world):
    address = f"/api/v1/submissions/{client.send()}"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    world.judge(result())
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_wait_answers_as_soon_as_it_is_judged(client, world):
    timer = threading.Timer(0.1, lambda: world.judge(result()))
    timer.start()
    body = client.post("/api/v1/submissions?wait=5", HELLO).json
    timer.join()
    assert (body["state"], body["verdict"]) == ("done", "AC")


def test_wait_that_is_over_answers_the_present_state(client):
    answer = client.post("/api/v1/submissions?wait=0.05", HELLO)
    assert (answer.status_code, answer.json["state"]) == (201, "queued")


def test_wait_beyond_the_thread_budget_answers_at_once(make_client):
    client = make_client(services={"waits": ThreadBudget(0, 0)})
    answer = client.post("/api/v1/submissions?wait=30", HELLO)
    assert (answer.status_code, answer.json["state"]) == (201, "queued")


@pytest.mark.parametrize("wait", ["-1", "61", "nan", "inf", "soon", "1e400"])
def test_impossible_wait_is_refused(client, world, wait):
    answer = client.post(f"/api/v1/submissions?wait={wait}", HELLO)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "wait")
    assert world.queue.slots_sent == 0


def test_idempotency_key_finds_the_first_submission(client, world):
    headers = {"Idempotency-Key": "once"}
    first = client.post("/api/v1/submissions", HELLO, headers=headers)
    again = client.post("/api/v1/submissions", HELLO, headers=headers)
    other = client.post("/api/v1/submissions", {**HELLO, "stdin": "x"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["id"] == again.json["id"]
    assert (other.status_code, other.json["error"]["field"]) == (409, "Idempotency-Key")
    assert world.queue.slots_sent == 1


def test_batch_is_all_or_none(client, world):
    good = client.post("/api/v1/submissions/batch", {"submissions": [HELLO, HELLO]})
    assert (good.status_code, len(good.json["submissions"])) == (201, 2)
    bad = {**HELLO, "limits": {"cpu_ms": -1}}
    answer = client.post("/api/v1/submissions/batch", {"submissions": [HELLO, bad]})
    assert answer.status_code == 400
    assert answer.json["error"]["field"] == "submissions.1.limits.cpu_ms"
    assert len(client.get("/api/v1/submissions").json["submissions"]) == 2


def test_list_goes_page_by_page(client):
    ids = [client.send(title=str(n)) for n in range(5)]
    first = client.get("/api/v1/submissions?limit=3").json
    rest = client.get(f"/api/v1/submissions?limit=3&cursor={first['next_cursor']}").json
    listed = [s["id"] for s in first["submissions"] + rest["submissions"]]
    assert listed == ids[::-1]
    assert rest["next_cursor"] is None


def test_list_is_filtered(client, world):
    submission_id = client.send()
    world.judge(result(verdict=Verdict.WA))
    client.send()
    listed = client.get("/api/v1/submissions?verdict=WA&state=done").json["submissions"]
    assert [s["id"] for s in listed] == [submission_id]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=x", "limit"),
        ("state=lost", "state"),
        ("verdict=ac", "verdict"),
        ("cursor=%00", "cursor"),
        ("cursor=unknown", "cursor"),
        ("problem=%00", "problem"),
        ("page=2", "page"),
        ("If-None-Match=1", "If-None-Match"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_bad_list_parameter_is_named(client, query, field):
    answer = client.get(f"/api/v1/submissions?{query}")
    assert (answer.status_code, answer.json["error"]["field"]) == (400, field)


def test_others_submissions_do_not_exist(client, admin, make_client):
    submission_id = client.send()
    stranger = make_client(Scope.SUBMIT, Scope.READ)
    for path in ("", "/events"):
        address = f"/api/v1/submissions/{submission_id}{path}"
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/api/v1/submissions/{submission_id}/cancel").status_code == 404
    assert stranger.get("/api/v1/submissions").json["submissions"] == []
    assert admin.get(f"/api/v1/submissions/{submission_id}").status_code == 200
    assert len(admin.get("/api/v1/submissions").json["submissions"]) == 1


@pytest.mark.parametrize("name", ["0", "..", "%00", "%2e%2e%2f", "a" * 300, "%F0%9F%92%A9"])
def test_strange_ids_are_not_found(client, name):
    assert client.get(f"/api/v1/submissions/{name}").status_code == 404


def test_cancel_of_a_queued_submission_is_final(client):
    submission_id = client.send()
    answer = client.post(f"/api/v1/submissions/{submission_id}/cancel")
    assert answer.json == {"id": submission_id, "outcome": "cancelled"}
    assert client.get(f"/api/v1/submissions/{submission_id}").json["state"] == "cancelled"
    again = client.post(f"/api/v1/submissions/{submission_id}/cancel")
    assert again.json["outcome"] == "too_late"


def test_cancel_of_a_running_submission_is_asked_for(client, world):
    submission_id = client.send()
    world.claim()
    answer = client.post(f"/api/v1/submissions/{submission_id}/cancel")
    assert answer.json["outcome"] == "requested"


def test_secret_test_cases_keep_their_secret(client, admin, world):
    world.add_problem()
    submission_id = client.send(problem="sum")
    world.judge(
        result("sample/1", stdout=b"3", output_bytes=1, is_sample=True),
        result(
            "secret/1",
            Verdict.WA,
            "difference",
            stdout=b"secret input",
            stderr=b"more",
            output_bytes=16,
        ),
    )
    body = client.get(f"/api/v1/submissions/{submission_id}").json
    sample, secret = body["test_results"]
    assert (sample["stdout"], sample["is_hidden"]) == ("3", False)
    assert (secret["stdout"], secret["stderr"], secret["is_hidden"]) == ("", "", True)
    assert (sample["output_bytes"], secret["output_bytes"]) == (1, None)
    assert "because" not in secret["explanation"]["text"] + body["explanation"]["text"]
    seen = admin.get(f"/api/v1/submissions/{submission_id}").json
    assert seen["test_results"][1]["stdout"] == "secret input"
    assert seen["explanation"]["text"] == "because difference"


def test_language_that_no_worker_has_is_refused(client, world):
    world.start_worker(["c"])
    answer = client.post("/api/v1/submissions", HELLO)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "language")


def test_source_above_the_problems_own_cap_is_refused(client, world):
    world.add_problem(code_bytes=5)
    answer = client.post("/api/v1/submissions", {**HELLO, "problem": "sum"})
    assert (answer.status_code, answer.json["error"]["field"]) == (413, "source")


def test_the_words_of_a_host_fault_stay_with_the_operator():
    told = Explanation(reason="host", text="SetupError at /run/brig/brig-1/slot-0.sock")
    assert "/run" not in explanation_text(told, hidden=False)
    assert "operator" in explanation_text(told, hidden=False)
