from __future__ import annotations

import base64
import io
import json

import pytest

HELLO = {"language": "python3", "source": "print(1)\n"}
ADDRESS = "/api/v1/submissions"


def told(answer):
    error = answer.json["error"]
    assert set(error) == {"code", "field", "message"}
    assert error["message"]
    return answer.status_code, error["field"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"language": "klingon"}, "language"),
        ({"language": None}, "language"),
        ({"language": 5}, "language"),
        ({"language": "../python3"}, "language"),
        ({"source": ""}, "source"),
        ({"source": " \n\t"}, "source"),
        ({"source": None}, "source"),
        ({"source": ["x"]}, "source"),
        ({"source": None, "source_base64": "a"}, "source_base64"),
        ({"source": None, "source_base64": "YQ"}, "source_base64"),
        ({"source": None, "source_base64": "Y Q=="}, "source_base64"),
        ({"source": None, "source_base64": "äöü="}, "source_base64"),
        ({"source_base64": "YQ=="}, "source_base64"),
        ({"stdin_base64": "%%%%"}, "stdin_base64"),
        ({"stdin": "1", "stdin_base64": "MQ=="}, "stdin_base64"),
        ({"expected_output": 1}, "expected_output"),
        ({"surprise": 1}, "surprise"),
        ({"status": "AC"}, "status"),
        ({"owner_id": "me"}, "owner_id"),
        ({"run_all": 1}, "run_all"),
        ({"run_all": "yes"}, "run_all"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"entry_point": "../main.py"}, "entry_point"),
        ({"entry_point": "main\x00"}, "entry_point"),
        ({"problem": "nowhere"}, "problem"),
        ({"problem": "../sum"}, "problem"),
        ({"problem": "sum", "stdin": "1"}, "stdin"),
        ({"problem": "sum", "limits": {"cpu_ms": 1}}, "limits"),
        ({"test_cases": []}, "test_cases"),
        ({"test_cases": {}}, "test_cases"),
        ({"test_cases": [{}] * 1001}, "test_cases"),
        ({"test_cases": [{"input": "1"}]}, "test_cases.0.input"),
        ({"test_cases": [{}, {"stdin_base64": "!"}]}, "test_cases.1.stdin_base64"),
        ({"test_cases": [{"name": "a/b"}]}, "test_cases.0.name"),
        ({"test_cases": [{}], "stdin": "1"}, "stdin"),
        ({"checker": {"float_tolerance": -1}}, "checker.float_tolerance"),
        ({"checker": {"float_tolerance": "1e-6"}}, "checker.float_tolerance"),
        ({"checker": {"shell": "rm"}}, "checker.shell"),
    ],
)
def test_field_is_named(client, world, change, field):
    world.add_problem()
    assert told(client.post(ADDRESS, {**HELLO, **change})) == (400, field)
    assert world.queue.slots_sent == 0


@pytest.mark.parametrize("name", ["cpu_ms", "wall_ms", "memory_bytes", "processes", "open_files"])
@pytest.mark.parametrize("value", [0, -1, 2**62, 1e308, 1.5, True, "5", [5]])
def test_impossible_limit_is_named(client, name, value):
    answer = client.post(ADDRESS, {**HELLO, "limits": {name: value}})
    assert told(answer) == (400, f"limits.{name}")


def test_unknown_limit_is_named(client):
    assert told(client.post(ADDRESS, {**HELLO, "limits": {"time": 1}})) == (400, "limits.time")


def test_absent_limits_are_the_defaults(client):
    body = client.post(ADDRESS, {**HELLO, "limits": {"cpu_ms": 700}}).json
    assert (body["limits"]["cpu_ms"], body["limits"]["memory_bytes"]) == (700, 256 << 20)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../main.py",
        "/etc/passwd",
        "a/b.py",
        "a\\b.py",
        "main\x00.py",
        "main\n.py",
        "main\u202eyp.py",
        "-o",
        "x" * 256,
        "ä" * 128,
    ],
)
def test_file_name_is_refused(client, name):
    files = [{"name": "ok.py", "content": "1"}, {"name": name, "content": "1"}]
    answer = client.post(ADDRESS, {"language": "python3", "files": files})
    assert told(answer) == (400, "files.1.name")


ONE = {"name": "a.py", "content": "1"}
LONG = {"name": "b.py", "content": "1" * 999}


@pytest.mark.parametrize(
    ("files", "status", "field"),
    [
        ([], 400, "files"),
        ([{"name": "a.py", "content": ""}], 400, "files"),
        ([{"name": "a.py"}], 400, "files.0.content"),
        ([{**ONE, "content_base64": "MQ=="}], 400, "files.0.content_base64"),
        ([ONE, {"name": "A.py", "content": "2"}], 400, "files.1.name"),
        ([{"name": f"{n}.py", "content": "1"} for n in range(65)], 400, "files"),
        ([{"name": "a.py", "content": "12"}, LONG], 413, "files"),
        ("main.py", 400, "files"),
        ([{"name": "a.py", "content": "1", "mode": 4755}], 400, "files.0.mode"),
    ],
)  # fmt: skip
def test_files_are_checked(client, files, status, field):
    answer = client.post(ADDRESS, {"language": "python3", "files": files})
    assert told(answer) == (status, field)


def test_source_above_the_cap_is_413(client):
    assert told(client.post(ADDRESS, {**HELLO, "source": "x" * 1001})) == (413, "source")
    encoded = base64.b64encode(b"x" * 1001).decode()
    answer = client.post(ADDRESS, {"language": "python3", "source_base64": encoded})
    assert told(answer) == (413, "source")


def test_body_above_the_cap_is_413_before_it_is_parsed(make_client):
    client = make_client(body_max_bytes=1000)
    body = b"[" * 2000
    answer = client.post(ADDRESS, data=body, content_type="application/json")
    assert told(answer) == (413, "body")


def test_body_without_a_length_is_capped_too(make_client):
    client = make_client(body_max_bytes=1000)
    answer = client.post(
        ADDRESS,
        input_stream=io.BytesIO(b"x" * 5000),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert told(answer) == (413, "body")


class StalledStream(io.RawIOBase):
    """What is left of a body after the socket's time has run out."""

    def readable(self):
        return True

    def readinto(self, _buffer):
        raise BlockingIOError(11, "Resource temporarily unavailable")


@pytest.mark.parametrize("path", [ADDRESS, "/api/v1/problems"])
def test_body_that_stops_in_the_middle_is_408(admin, path):
    kind = "application/json" if path == ADDRESS else "application/zip"
    stalled = {"wsgi.input": StalledStream(), "CONTENT_LENGTH": "100"}
    answer = admin.post(path, content_type=kind, environ_overrides=stalled)
    assert told(answer) == (408, "body")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"null", "body"),
        (b"[]", "body"),
        (b'"text"', "body"),
        (b"{", "body"),
        (b'{"language": "python3",}', "body"),
        (b"\xff\xfe", "body"),
        (b'{"language": "c", "language": "python3", "source": "x"}', "language"),
        (b'{"language": "c", "source": "x", "limits": {"cpu_ms": NaN}}', "body"),
        (b'{"language": "c", "source": "x", "limits": {"cpu_ms": Infinity}}', "body"),
        (b'{"language": "c", "source": "x", "limits": {"cpu_ms": 1e999}}', "body"),
        (b'{"language": "c", "source": "x", "limits": {"cpu_ms": ' + b"9" * 5000 + b"}}", "body"),
        (b'{"language": "c", "source": "\\ud800"}', "body"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "\\ud800"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "body"),
        (b"[" * 100_000, "body"),
        (b'{"a":' * 100_000, "body"),
        (b'{"language": "c", "source": "x", "a": [' + b"[]," * 40_000 + b"0]}", "a"),
        (b'{"a": [' + b"[]," * 60_000 + b"0]}", "body"),
        (b'{"a": [' + b"0," * 110_000 + b"0]}", "body"),
        (b'{"a": [' + b'"\\"[",' * 60_000 + b'""]}', "body"),
        (b'{"' + b'\\"' * 200_000, "body"),
    ],
)
def test_body_that_two_parsers_could_read_in_two_ways_is_refused(client, body, field):
    answer = client.post(ADDRESS, data=body, content_type="application/json")
    assert told(answer) == (400, field)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_body_must_say_that_it_is_json(client, kind):
    answer = client.post(ADDRESS, data=json.dumps(HELLO), content_type=kind)
    assert told(answer) == (415, "body")


def test_nul_inside_content_is_content(client, world):
    submission_id = client.send(stdin="a\x00b")
    record = world.submissions.get(submission_id)
    assert world.blobs.get(record.cases[0].input.sha256) == b"a\x00b"


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 129])
def test_idempotency_key_is_checked(client, key):
    answer = client.post(
        ADDRESS, HELLO, headers={"Idempotency-Key": key.encode().decode("latin-1")}
    )
    assert told(answer) == (400, "Idempotency-Key")


def test_method_and_address_errors_have_the_same_shape(client):
    assert told(client.post("/api/v1/languages", {})) == (405, None)
    assert told(client.get("/api/v1/nothing")) == (404, None)
    assert told(client.get("/api/v2/submissions")) == (404, None)
