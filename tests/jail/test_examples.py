"""`brig verify` on the example problems: every promise is kept, and a broken one is noticed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from examples import generate
from judging.packages.jury import Expectation, JurySubmission
from judging.packages.package import open_package

# The slowest package needs 40 s on two idle cores.
pytestmark = [pytest.mark.jail, pytest.mark.timeout(600)]

BRIG = Path(sys.executable).with_name("brig")
PACKAGES = {path.name: path for path in generate.packages()}
# To each folder one that promises something else.
WRONG_FOLDER = {
    Expectation.ACCEPTED: "wrong_answer",
    Expectation.WRONG_ANSWER: "time_limit_exceeded",
    Expectation.TIME_LIMIT_EXCEEDED: "run_time_error",
    Expectation.RUN_TIME_ERROR: "accepted",
}
TAG = re.compile(r"(@EXPECTED_RESULTS@:)[A-Z_, -]+")


@pytest.fixture(autouse=True, scope="module")
def _large_inputs():
    for path in PACKAGES.values():
        generate.write_missing(path)


def verify(path):
    """Run `brig verify`; return its exit code and its document."""
    argv = [BRIG, "verify", path, "--json"]
    done = subprocess.run(argv, capture_output=True, check=False)
    assert done.stdout, done.stderr.decode()
    return done.returncode, json.loads(done.stdout)


def statuses(document):
    return {check["submission"]: check["status"] for check in document["submissions"]}


@pytest.fixture(scope="module")
def verified():
    """Return a function that verifies an example as it is, once."""
    return cache(lambda name: verify(PACKAGES[name]))


@pytest.mark.parametrize("name", PACKAGES)
def test_every_jury_submission_gets_what_it_should(name, verified):
    exit_code, document = verified(name)
    with open_package(PACKAGES[name]) as package:
        expected = {submission.name: "ok" for submission in package.jury_submissions}
    wrong = [check for check in document["submissions"] if check["status"] != "ok"]
    assert (wrong, exit_code, document["ok"]) == ([], 0, True)
    assert expected == statuses(document)


def test_what_the_format_has_no_word_for_is_told_apart(verified):
    _, document = verified("sum")
    checks = document["submissions"]
    forbidden = {c["actual"] for c in checks if "/forbidden_" in c["submission"]}
    assert forbidden == {"SV"}
    sleepers = {c["explanation"]["reason"] for c in checks if "/sleep" in c["submission"].lower()}
    assert sleepers == {"wall"}


def representatives(package):
    """Choose a jury submission for each promise that the package makes."""
    chosen: dict[tuple, JurySubmission] = {}
    for submission in package.jury_submissions:
        chosen.setdefault((submission.expectation, submission.expected), submission)
    return list(chosen.values())


def copy_without_submissions(source, target):
    shutil.copytree(source, target, ignore=lambda folder, _: _submissions_in(Path(folder), source))
    return target


def _submissions_in(folder, package):
    return ["submissions"] if folder == package else []


def add_submission(package, submission, *, folder=None):
    """Put a jury submission into a copied package, into another folder if one is given."""
    folder = folder or Path(submission.name).parent
    target = package / "submissions" / folder / submission.path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    (shutil.copytree if submission.path.is_dir() else shutil.copy)(submission.path, target)
    return target


def add_flipped(package, submission):
    """Put a jury submission into a copied package with a promise that it does not keep."""
    if submission.expectation is not Expectation.TAGGED:
        return add_submission(package, submission, folder=WRONG_FOLDER[submission.expectation])
    target = add_submission(package, submission)
    source, found = TAG.subn(r"\1 CORRECT ", target.read_text())
    assert found == 1
    target.write_text(source)
    return target


@pytest.mark.parametrize("name", PACKAGES)
def test_every_flipped_promise_is_noticed(name, tmp_path):
    """Each kind of promise of a package is flipped once; one that is kept stays beside them."""
    copy = copy_without_submissions(PACKAGES[name], tmp_path / name)
    with open_package(PACKAGES[name]) as package:
        flipped = representatives(package)
        kept = [s for s in package.jury_submissions if s.expectation is Expectation.ACCEPTED][-1]
        assert kept not in flipped
        add_submission(copy, kept)
        expected = {kept.name: "ok"}
        for submission in flipped:
            target = add_flipped(copy, submission)
            expected[target.relative_to(copy / "submissions").as_posix()] = "differs"
    exit_code, document = verify(copy)
    assert (exit_code, document["ok"]) == (1, False)
    assert expected == statuses(document)


def test_one_flipped_promise_is_enough_for_exit_code_1(tmp_path):
    copy = shutil.copytree(PACKAGES["casefold"], tmp_path / "casefold")
    submissions = copy / "submissions"
    (submissions / "accepted" / "swap.py").rename(submissions / "wrong_answer" / "swap.py")
    exit_code, document = verify(copy)
    assert exit_code == 1
    assert {"wrong_answer/swap.py"} == {n for n, s in statuses(document).items() if s != "ok"}


def test_an_input_that_its_validator_rejects_gives_exit_code_1(tmp_path):
    copy = shutil.copytree(PACKAGES["casefold"], tmp_path / "casefold")
    (copy / "data" / "secret" / "05-tab.in").write_bytes(b"a\tb\n")
    (copy / "data" / "secret" / "05-tab.ans").write_bytes(b"A\tB\n")
    exit_code, document = verify(copy)
    assert exit_code == 1
    assert [mistake["path"] for mistake in document["packages"][0]["mistakes"]] == [
        "data/secret/05-tab.in"
    ]
