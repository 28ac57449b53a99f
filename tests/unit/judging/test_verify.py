"""Packages against their own promises, on runs that a fake sandbox answers by the source."""

from __future__ import annotations

import pytest

from judging.packages.package import open_package
from judging.tools import MemoryArtefacts, Tools
from judging.verify import CheckStatus, Progress, infer_time_limit, verify
from sandbox.archive import unpack
from sandbox.errors import SetupError
from sandbox.model import ExitKind
from tests.fakes import FakeRegistry, FakeSandbox, run_result

FILES = {
    "problem.yaml": "name: Echo\n",
    "data/secret/1.in": "one",
    "data/secret/1.ans": "one",
    "data/secret/2.in": "two",
    "data/secret/2.ans": "two",
    "input_validators/check.py": "valid",
    "submissions/accepted/a.py": "echo",
}


def answer_by_source(sandbox, spec):
    """Play the program whose source was loaded last: its text says what it does."""
    (source,) = unpack(sandbox.loads[-1])
    stdin = sandbox.stdins[-1] or b""
    words = dict(word.partition("=")[::2] for word in source.content.decode().split())
    if "valid" in words:
        return run_result(exit_code=43 if b"bad" in stdin else 42, stderr=b"line 1")
    cpu_ms = float(words.get("cpu", 10))
    if cpu_ms > spec.limits.cpu_ms:
        return run_result(ExitKind.CPU_LIMIT, cpu_ms=float(spec.limits.cpu_ms))
    return run_result(
        exit_code=int(words.get("exit", 0)),
        cpu_ms=cpu_ms,
        stdout=stdin if "echo" in words else b"wrong",
    )


def verify_package(root, files, *, parallel=1, act=verify):
    for name, text in {**FILES, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    sandbox = FakeSandbox(lambda spec: answer_by_source(sandbox, spec), slots=parallel)
    tools = Tools(
        sandbox=sandbox, registry=FakeRegistry(), artefacts=MemoryArtefacts(), retry_pause_s=0
    )
    return act(open_package(root), tools, parallel=parallel)


def statuses(verification):
    return {check.submission.name: check.status.value for check in verification.checks}


def test_every_folder_is_checked_against_its_promise(tmp_path):
    found = verify_package(
        tmp_path,
        {
            ".timelimit": "1",
            "submissions/wrong_answer/w.py": "wrong",
            "submissions/wrong_answer/right.py": "echo",
            "submissions/run_time_error/r.py": "echo exit=3",
            "submissions/time_limit_exceeded/t.py": "echo cpu=9000",
            "submissions/accepted/slow.py": "echo cpu=1001",
            "submissions/mixed/m.py": "# @EXPECTED_RESULTS@: WRONG_ANSWER",
            "submissions/slow_accepted/s.py": "echo",
        },
    )
    assert statuses(found) == {
        "accepted/a.py": "ok",
        "accepted/slow.py": "differs",
        "mixed/m.py": "ok",
        "run_time_error/r.py": "ok",
        "slow_accepted/s.py": "skipped",
        "time_limit_exceeded/t.py": "ok",
        "wrong_answer/right.py": "differs",
        "wrong_answer/w.py": "ok",
    }
    assert not found.is_ok
    assert found.time_limit is not None
    assert (found.time_limit.cpu_ms, found.time_limit.is_inferred) == (1_000, False)


@pytest.mark.parametrize(("cpu", "expected_ms"), [(10, 1_000), (201, 2_000), (400, 2_000)])
def test_the_time_limit_follows_from_the_slowest_accepted(tmp_path, cpu, expected_ms):
    files = {"submissions/accepted/b.py": f"echo cpu={cpu}"}
    limit = verify_package(tmp_path, files, act=infer_time_limit)
    assert limit.is_inferred
    assert (limit.cpu_ms, limit.slowest_accepted_ms) == (expected_ms, float(max(cpu, 10)))


def test_slow_submissions_within_the_margin_are_warned_of(tmp_path):
    found = verify_package(
        tmp_path,
        {
            "submissions/time_limit_exceeded/near.py": "echo cpu=1500",
            "submissions/time_limit_exceeded/far.py": "echo cpu=9000",
            "submissions/time_limit_exceeded/fast.py": "echo cpu=900",
        },
    )
    assert statuses(found) == {
        "accepted/a.py": "ok",
        "time_limit_exceeded/far.py": "ok",
        "time_limit_exceeded/fast.py": "differs",
        "time_limit_exceeded/near.py": "ok",
    }
    assert [w.path for w in found.warnings if "margin" in w.message] == [
        "submissions/time_limit_exceeded/near.py"
    ]


def test_a_given_limit_that_is_tight_is_warned_of(tmp_path):
    found = verify_package(
        tmp_path, {".timelimit": "1", "submissions/accepted/b.py": "echo cpu=300"}
    )
    assert found.is_ok
    assert any("multiplier" in warning.message for warning in found.warnings)


def test_bad_inputs_are_mistakes_and_nothing_is_judged(tmp_path):
    found = verify_package(tmp_path, {"data/secret/2.in": "bad"})
    assert [str(m) for m in found.mistakes] == [
        "data/secret/2.in: is not accepted by input validator check.py: exit code 43: line 1"
    ]
    assert found.checks == ()
    assert not found.is_ok


def test_broken_validators_are_mistakes(tmp_path):
    output = verify_package(
        tmp_path / "o",
        {"problem.yaml": "validation: custom\n", "output_validators/v.unknown": ""},
    )
    assert "output_validators: v.unknown cannot be compiled" in str(output.mistakes[0])


def test_input_validators_in_other_languages_are_warned_of(tmp_path):
    found = verify_package(tmp_path, {"input_validators/other.unknown": ""})
    assert found.is_ok
    assert [w.path for w in found.warnings][1:] == ["input_validators/other.unknown"]


def test_without_an_accepted_submission_no_limit_follows(tmp_path):
    found = verify_package(tmp_path, {"submissions/accepted/a.py": "wrong"})
    assert found.time_limit is None
    assert not found.is_ok


def test_languages_that_are_not_here_are_skipped(tmp_path):
    found = verify_package(tmp_path, {"submissions/accepted/a.cobol": ""})
    assert statuses(found) == {"accepted/a.cobol": "skipped", "accepted/a.py": "ok"}
    assert found.is_ok


def test_a_host_that_fails_is_never_a_kept_promise(tmp_path):
    for name, text in {**FILES, ".timelimit": "1"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "input_validators/check.py").unlink()
    sandbox = FakeSandbox(lambda _spec: SetupError("mount", 1))
    tools = Tools(
        sandbox=sandbox, registry=FakeRegistry(), artefacts=MemoryArtefacts(), retry_pause_s=0
    )
    found = verify(open_package(tmp_path), tools)
    assert [check.status for check in found.checks] == [CheckStatus.DIFFERS]


def test_steps_are_told_one_by_one(tmp_path):
    steps: list[Progress] = []

    def act(package, tools, *, parallel):
        return verify(package, tools, parallel=parallel, observer=steps.append)

    verify_package(tmp_path, {".timelimit": "1"}, act=act)
    assert [(s.name, s.done, s.total) for s in steps] == [
        ("data/secret/1.in", 1, 3),
        ("data/secret/2.in", 2, 3),
        ("accepted/a.py", 3, 3),
    ]
