from __future__ import annotations

import io
import zipfile

import pytest

from store.model import Scope

ADDRESS = "/api/v1/problems"
SOLUTION = "print(sum(map(int, input().split())))\n"
PACKAGE = {
    "problem.yaml": "name: A sum\nlimits:\n  memory: 512\n",
    "data/sample/1.in": "1 2\n",
    "data/sample/1.ans": "3\n",
    "data/secret/1.in": "4 5\n",
    "data/secret/1.ans": "9\n",
    "submissions/accepted/a.py": SOLUTION,
}


def zipped(files, folder="sum/"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return buffer.getvalue()


def upload(client, content, query="", kind="application/zip"):
    return client.post(f"{ADDRESS}{query}", data=content, content_type=kind)


def test_package_is_uploaded_listed_shown_and_judged_against(admin, client, world):
    package = zipped(PACKAGE)
    answer = upload(admin, package)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"{ADDRESS}/sum"
    shown = client.get(f"{ADDRESS}/sum").json
    assert (shown["title"], shown["test_case_count"], shown["revision"]) == ("A sum", 2, 1)
    assert (shown["samples"][0]["input"], shown["samples"][0]["answer"]) == ("1 2\n", "3\n")
    assert [p["id"] for p in client.get(ADDRESS).json["problems"]] == ["sum"]
    record = world.problems.get("sum")
    assert world.blobs.get(record.archive.sha256) == package
    assert client.send(problem="sum", source=SOLUTION)
    assert list((world.settings.data_path / "uploads").iterdir()) == []


def test_package_as_a_form_under_another_id(admin, client):
    data = {"package": (io.BytesIO(zipped(PACKAGE, folder="")), "x.zip")}
    answer = admin.post(f"{ADDRESS}?id=other-sum", data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["id"]) == (201, "other-sum")


def test_flat_package_needs_an_id(admin):
    answer = upload(admin, zipped(PACKAGE, folder=""))
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "id")


def test_every_mistake_of_a_package_is_listed(admin, world):
    broken = {**PACKAGE, "problem.yaml": "name: [\n"}
    del broken["data/secret/1.ans"]
    answer = upload(admin, zipped(broken))
    error = answer.json["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, "bad_package", "package")
    assert "problem.yaml" in {mistake["path"] for mistake in error["mistakes"]}
    assert world.problems.list() == ()


@pytest.mark.parametrize("title", ["a\\0b", "a\\nb", "a\\ud800b", "x" * 201])
def test_title_that_no_page_could_show_is_refused(admin, world, title):
    answer = upload(admin, zipped({**PACKAGE, "problem.yaml": f'name: "{title}"\n'}))
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (400, "bad_package")
    assert [mistake["path"] for mistake in error["mistakes"]] == ["problem.yaml"]
    assert world.problems.list() == ()


def test_title_in_any_script_is_kept(admin):
    title = "A\u00a0+\u00a0B \u2013 \u5408\u8a08"
    answer = upload(admin, zipped({**PACKAGE, "problem.yaml": f"name: {title}\n"}))
    assert (answer.status_code, answer.json["title"]) == (201, title)


def test_zip_that_leaves_its_folder_is_refused(admin, world, tmp_path):
    answer = upload(admin, zipped({**PACKAGE, "../../../escaped": "x"}))
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_package")
    assert list(tmp_path.parent.rglob("escaped")) == []
    assert world.problems.list() == ()


def test_zip_bomb_is_refused(admin):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PACKAGE.items():
            archive.writestr(f"sum/{name}", content)
        archive.writestr("sum/data/secret/2.in", b"\0" * (64 << 20))
        archive.writestr("sum/data/secret/2.ans", b"1")
    assert len(buffer.getvalue()) < 1 << 20
    answer = upload(admin, buffer.getvalue())
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "package")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ((b"", "", "application/zip"), (400, "body")),
        ((b"PK\x03\x04 no zip", "", "application/zip"), (400, "package")),
        ((b"{}", "", "application/json"), (415, "body")),
        ((b"x", "?id=../up", "application/zip"), (400, "id")),
        ((b"x", "?id=UPPER", "application/zip"), (400, "id")),
        ((b"x", "?name=x", "application/zip"), (400, "name")),
    ],
)
def test_bad_upload_is_named(admin, sent, expected):
    answer = upload(admin, *sent)
    assert (answer.status_code, answer.json["error"]["field"]) == expected


def test_upload_above_the_cap_is_413(make_client):
    answer = upload(make_client(Scope.ADMIN, package_max_bytes=100), b"x" * 200)
    assert (answer.status_code, answer.json["error"]["field"]) == (413, "body")


def test_parser_that_takes_too_long_is_ended(make_client):
    client = make_client(Scope.ADMIN, package_timeout_s=0.01)
    answer = upload(client, zipped(PACKAGE))
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "package")


def test_problems_go_page_by_page(client, world):
    for name in ("a", "b", "c"):
        world.add_problem(name)
    first = client.get(f"{ADDRESS}?limit=2").json
    rest = client.get(f"{ADDRESS}?limit=2&cursor={first['next_cursor']}").json
    assert [p["id"] for p in first["problems"] + rest["problems"]] == ["a", "b", "c"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("name", ["none", "..%2f..", "%00", "A"])
def test_unknown_problem_is_404(client, name):
    assert client.get(f"{ADDRESS}/{name}").status_code == 404
