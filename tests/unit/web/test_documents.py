from __future__ import annotations

import re
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from judging.model import Verdict
from tests.web_world import result

OPERATIONS = {
    ("GET", "/api/v1/languages"),
    ("GET", "/api/v1/problems"),
    ("POST", "/api/v1/problems"),
    ("GET", "/api/v1/problems/{problem_id}"),
    ("GET", "/api/v1/submissions"),
    ("POST", "/api/v1/submissions"),
    ("POST", "/api/v1/submissions/batch"),
    ("GET", "/api/v1/submissions/{submission_id}"),
    ("POST", "/api/v1/submissions/{submission_id}/cancel"),
    ("GET", "/api/v1/submissions/{submission_id}/events"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/readyz"),
}


@pytest.fixture
def document(nobody):
    return nobody.get("/openapi.json").json


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_openapi_describes_every_operation(document):
    found = {(m.upper(), path) for path, methods in document["paths"].items() for m in methods}
    assert found >= OPERATIONS
    assert document["openapi"] == "3.1.0"


def test_openapi_refers_to_nothing_that_is_not_there(document):
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


def test_openapi_names_its_operations_once(document):
    names = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(names) == len(set(names))


def test_openapi_says_which_fields_a_submission_takes(document):
    schema = document["components"]["schemas"]["SubmissionIn"]
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["language"]
    assert {"source", "files", "stdin", "test_cases", "limits"} <= set(schema["properties"])


KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}  # of JSON Schema


def conforms(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Check a value against the parts of JSON Schema that pydantic writes for answers."""
    if "$ref" in schema:
        return conforms(value, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return any(conforms(value, choice, schemas) for choice in schema["anyOf"])
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return False
    if not isinstance(value, KINDS[schema["type"]]):
        return False
    if isinstance(value, list):
        return all(conforms(item, schema["items"], schemas) for item in value)
    return not isinstance(value, dict) or has_members(value, schema, schemas)


def has_members(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    known = schema["properties"]
    return set(schema["required"]) <= set(value) <= set(known) and all(
        conforms(value[name], known[name], schemas) for name in value
    )


def test_answers_are_what_openapi_says(client, admin, world, document):
    world.start_worker()
    world.add_problem()
    submission_id = client.send(problem="sum", run_all=True)
    world.judge(result("sample/1", stdout=b"3"), result("secret/1", Verdict.WA, "difference"))
    paths = document["paths"]
    for template, path in {
        "/api/v1/submissions/{submission_id}": f"/api/v1/submissions/{submission_id}",
        "/api/v1/submissions": "/api/v1/submissions",
        "/api/v1/languages": "/api/v1/languages",
        "/api/v1/problems": "/api/v1/problems",
        "/api/v1/problems/{problem_id}": "/api/v1/problems/sum",
        "/readyz": "/readyz",
        "/healthz": "/healthz",
    }.items():
        good = paths[template]["get"]["responses"]["200"]["content"]["application/json"]
        answer = admin.get(path)
        assert conforms(answer.json, good["schema"], document["components"]["schemas"]), path
    refused = admin.get("/api/v1/submissions/none")
    schema = {"$ref": "#/components/schemas/ErrorOut"}
    error = {**refused.json["error"], "mistakes": None}
    assert conforms({"error": error}, schema, document["components"]["schemas"])


def test_docs_page_shows_every_operation_and_follows_its_own_links(nobody, document):
    page = nobody.get("/docs").text
    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    assert "http://" not in page.replace("http://localhost", "")


def test_healthz_needs_nothing(nobody, world):
    world.queue.is_away = True
    assert nobody.get("/healthz").json == {"status": "ok"}


def test_readyz_names_what_is_missing(nobody, world):
    answer = nobody.get("/readyz")
    assert answer.status_code == 503
    assert {c["name"]: c["ok"] for c in answer.json["checks"]} == {
        "database": True, "redis": True, "worker": False,
    }  # fmt: skip
    world.start_worker()
    assert nobody.get("/readyz").status_code == 200
    world.queue.is_away = True
    assert nobody.get("/readyz").status_code == 503


def test_metrics_are_counted_in_sql(nobody, client, world):
    world.start_worker()
    for _ in range(3):
        client.send()
    world.judge(result())
    world.judge(result(verdict=Verdict.WA))
    samples = {
        (s.name, tuple(s.labels.values())): s.value
        for family in text_string_to_metric_families(nobody.get("/metrics").text)
        for s in family.samples
    }
    assert samples["brig_submissions_queued", ()] == 1
    assert samples["brig_submissions_finished_total", ("AC",)] == 1
    assert samples["brig_submissions_finished_total", ("WA",)] == 1
    assert samples["brig_slots", ()] == 2
    assert samples["brig_database_up", ()] == 1


def test_languages_show_what_workers_declared(client, world):
    world.start_worker(["python3"])
    listed = {entry["name"]: entry for entry in client.get("/api/v1/languages").json["languages"]}
    assert listed["python3"]["versions"] == ["1.0"]
    assert listed["python3"]["is_installed"]
    assert not listed["java"]["is_installed"]
    assert "print" in listed["python3"]["template"]
