from __future__ import annotations

import io
import os
import zipfile
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from judging.errors import BadPackage
from judging.model import (
    Checker,
    CheckerKind,
    Include,
    JudgeLimits,
    Problem,
    SourceFile,
    TestCase,
    Verdict,
)
from store.errors import BlobMissing
from store.model import BlobRef, NewProblem, ProblemRecord
from worker.judging_run import Outcome, judge_next
from worker.packages import PackageCache
from worker.problem_wire import problem_from_wire, problem_to_wire

GOOD = {
    "sum/problem.yaml": "name: Sum\n",
    "sum/.timelimit": "3\n",
    "sum/data/sample/1.in": "1 2\n",
    "sum/data/sample/1.ans": "3\n",
    "sum/data/secret/1.in": "5 6\n",
    "sum/data/secret/1.ans": "11\n",
}


@pytest.fixture
def stored(blobs):
    def store(files):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return record(blobs.put(buffer.getvalue()))

    return store


def record(archive):
    return ProblemRecord(
        id="sum",
        revision=1,
        title="The sum",
        limits=JudgeLimits(),
        samples=(),
        case_total=2,
        archive=archive,
        owner_id="alice",
        code_bytes=None,
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def content_of(file):
    assert isinstance(file, Path)
    return file.read_bytes()


def test_a_package_is_read_in_a_child_and_kept(tmp_path, blobs, stored, monkeypatch):
    cache = PackageCache(tmp_path / "packages", blobs)
    package = stored(GOOD)

    with cache.open(package) as problem:
        assert (problem.name, problem.title) == ("sum", "The sum")
        assert problem.limits.cpu_ms == 3_000
        assert [case.name for case in problem.test_cases] == ["sample/1", "secret/1"]
        secret = problem.test_cases[1]
        assert [content_of(secret.input), content_of(secret.answer)] == [b"5 6\n", b"11\n"]

    monkeypatch.setattr("worker.packages._read_in_child", None)
    with cache.open(package) as again:
        assert again == problem


def test_a_bad_package_tells_its_mistakes_and_is_not_kept(tmp_path, blobs, stored):
    cache = PackageCache(tmp_path / "packages", blobs)
    without_answer = {name: text for name, text in GOOD.items() if name != "sum/data/secret/1.ans"}

    with pytest.raises(BadPackage) as caught, cache.open(stored(without_answer)):
        pass

    assert any("secret/1" in mistake.path for mistake in caught.value.mistakes)
    assert [path for path in (tmp_path / "packages").iterdir() if path.is_dir()] == []


def test_a_package_without_an_archive_says_so(tmp_path, blobs):
    cache = PackageCache(tmp_path / "packages", blobs)
    missing = record(BlobRef(sha256="0" * 64, size_bytes=1))

    with pytest.raises(BlobMissing), cache.open(missing):
        pass


def test_the_least_used_package_goes_but_not_one_in_use(tmp_path, blobs, stored):
    cache = PackageCache(tmp_path / "packages", blobs, kept=1)
    first, second, third = (stored({**GOOD, "sum/note": str(i)}) for i in range(3))

    with cache.open(first) as in_use, cache.open(second):
        assert content_of(in_use.test_cases[0].input) == b"1 2\n"
    with cache.open(third):
        pass

    kept = {path.name for path in (tmp_path / "packages").iterdir() if path.is_dir()}
    assert kept == {third.archive.sha256}


def test_a_kill_while_a_package_goes_leaves_no_half_of_it(tmp_path, blobs, stored, monkeypatch):
    cache = PackageCache(tmp_path / "packages", blobs, kept=1)
    first, second = (stored({**GOOD, "sum/note": str(i)}) for i in range(2))
    with cache.open(first):
        pass
    at_hand = []

    def killed(_folder, **_values):
        at_hand.append({path.name for path in cache_folders(tmp_path)})

    with monkeypatch.context() as patch:
        patch.setattr("worker.packages.shutil.rmtree", killed)
        with cache.open(second):
            pass

    assert first.archive.sha256 not in at_hand[-1]
    with cache.open(first) as problem:
        assert content_of(problem.test_cases[1].answer) == b"11\n"


def cache_folders(tmp_path):
    return [path for path in (tmp_path / "packages").iterdir() if path.is_dir()]


def test_what_was_being_unpacked_long_ago_is_removed(tmp_path, blobs):
    root = tmp_path / "packages"
    for name in ("incoming-old", "incoming-new", "0" * 64):
        (root / name).mkdir(parents=True)
    os.utime(root / "incoming-old", (1, 1))
    os.utime(root / ("0" * 64), (1, 1))

    PackageCache(root, blobs).remove_leftovers()

    assert {path.name for path in root.iterdir()} == {"incoming-new", "0" * 64}


def test_a_broken_package_is_a_judge_error_without_retry(parts, submissions, new, stored):
    package = stored({"sum/problem.yaml": "limits: ["})
    worker = parts()
    worker.problems.put(
        NewProblem(
            id="sum",
            title="Sum",
            limits=JudgeLimits(),
            samples=(),
            case_total=1,
            archive=package.archive,
            owner_id="alice",
        )
    )
    sent = submissions.create(new(problem_id="sum", cases=(), limits=None)).record

    assert judge_next(worker) is Outcome.PUBLISHED

    judged = submissions.get(sent.id)
    assert (judged.verdict, judged.explanation.reason) == (Verdict.JE, "problem")
    assert judged.deliveries == 1


def a_problem(folder):
    checker = Checker(
        kind=CheckerKind.CUSTOM, flags=("a", "b"), program_paths=(folder / "content/v/check.py",)
    )
    return Problem(
        name="sum",
        title="Sum",
        limits=JudgeLimits(cpu_ms=1_500, wall_ms=None),
        checker=checker,
        test_cases=(
            TestCase(
                name="sample/1",
                input=folder / "content/1.in",
                answer=folder / "content/1.ans",
                is_sample=True,
                checker=replace(checker, flags=()),
            ),
            TestCase(name="2", input=b"\xff\x00", answer=None),
        ),
        time_limit_is_given=False,
        validation=JudgeLimits(cpu_ms=7),
        compilation=JudgeLimits(cpu_ms=8),
        code_bytes=None,
        includes=(Include(code="cpp", files=(SourceFile(name="a/b.h", content=b"\xfe"),)),),
    )


def test_a_problem_survives_its_wire_form_in_another_folder():
    document = problem_to_wire(a_problem(Path("/one")), Path("/one"))

    assert problem_from_wire(document, Path("/two")) == a_problem(Path("/two"))


def test_no_field_of_a_problem_is_left_out():
    document = problem_to_wire(a_problem(Path("/one")), Path("/one"))

    assert set(document) == {field.name for field in fields(Problem)}
    assert set(document["test_cases"][0]) == {field.name for field in fields(TestCase)}
    assert set(document["includes"][0]) == {"code", "files"}


def test_a_path_outside_of_the_folder_is_refused():
    with pytest.raises(ValueError, match="subpath"):
        problem_to_wire(a_problem(Path("/one")), Path("/two"))
