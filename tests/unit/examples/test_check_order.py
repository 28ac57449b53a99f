"""The output validator of `manyanswers` against right, wrong and hostile output."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

import pytest

from examples import generate

ACCEPTED, WRONG, JUDGE_ERROR = 42, 43, 1
SOURCE = generate.PROBLEMS / "manyanswers/output_validators/check_order/check_order.cpp"
RULES = b"4 3\n1 2\n1 3\n3 4\n"
CIRCLE = b"3 3\n1 2\n2 3\n3 1\n"


@dataclass
class Check:
    exit_code: int
    judge_message: str
    team_message: str
    stderr: str


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    if shutil.which("g++") is None:
        pytest.skip("no g++")
    built = tmp_path_factory.mktemp("check_order") / "check_order"
    flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
    sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run(["g++", *flags, *sanitizers, "-o", built, SOURCE], check=True)
    return built


@pytest.fixture
def check(program, tmp_path):
    """Return a function that checks one output."""

    def run(output, *, given=RULES, answer=b"1 2 3 4\n"):
        (tmp_path / "input").write_bytes(given)
        (tmp_path / "answer").write_bytes(answer)
        feedback = tmp_path / "feedback"
        shutil.rmtree(feedback, ignore_errors=True)
        feedback.mkdir()
        argv = [program, tmp_path / "input", tmp_path / "answer", f"{feedback}/"]
        done = subprocess.run(argv, input=output, capture_output=True, check=False)
        return Check(
            exit_code=done.returncode,
            judge_message=_text(feedback / "judgemessage.txt"),
            team_message=_text(feedback / "teammessage.txt"),
            stderr=done.stderr.decode(),
        )

    return run


def _text(path):
    return path.read_text(encoding="ascii") if path.exists() else ""


@pytest.mark.parametrize(
    "output", [b"1 2 3 4\n", b"1 3 2 4\n", b"1 3 4 2", b"\n\n1\t3\v2\f\r\n4   \n\n"]
)
def test_every_order_that_follows_the_rules_is_accepted(check, output):
    assert check(output) == Check(ACCEPTED, "", "", "")


@pytest.mark.parametrize(
    ("output", "judge_message"),
    [
        (b"", "the output ends after 0 of 4 chores\n"),
        (b"1 2 3", "the output ends after 3 of 4 chores\n"),
        (b"1 2 4 3", "chore 3 at place 4 must come before chore 4 at place 3\n"),
        (b"1 2 2 3 4", "chore 2 stands at places 2 and 3\n"),
        (b"1 2 3 4 4", "text after the last chore: '4'\n"),
        (b"1 2 3 4 impossible", "text after the last chore: 'impossible'\n"),
        (b"0 1 2 3", "token 1, '0', is no chore\n"),
        (b"1 2 3 5", "token 4, '5', is no chore\n"),
        (b"impossible", "says 'impossible', but there is an order\n"),
        (b"impossible 1 2 3 4", "text after 'impossible'\n"),
    ],
)
def test_wrong_output_is_explained_to_the_jury(check, output, judge_message):
    seen = check(output)
    assert (WRONG, judge_message) == (seen.exit_code, seen.judge_message)
    assert seen.team_message != ""


@pytest.mark.parametrize(
    "output",
    [
        b"+1 2 3 4",
        b"01 2 3 4",
        b"1e0 2 3 4",
        b"1.0 2 3 4",
        b"0x1 2 3 4",
        b"4294967297 2 3 4",
        b"18446744073709551617 2 3 4",
        b"-1 2 3 4",
        "\u0661 2 3 4".encode(),
        b"\0001 2 3 4",
        b"1\0 2 3 4",
        b"1\xa02 3 4",
        b"IMPOSSIBLE",
        b"impossible\0",
        b"%s%s%s%n 2 3 4",
        b"1, 2, 3, 4",
        b"9" * 10_000_000,
        b"\xff" * 10_000_000,
        b"\0" * 10_000_000,
        b" " * 10_000_000,
        b"1 " * 5_000_000,
    ],
    ids=lambda output: repr(output[:20]),
)
def test_hostile_output_is_wrong_and_its_messages_are_short_and_printable(check, output):
    seen = check(output)
    assert (seen.exit_code, seen.stderr) == (WRONG, "")
    message = seen.judge_message.removesuffix("\n")
    assert message.isprintable()
    assert 0 < len(message) < 120


def test_impossible_is_accepted_where_the_jury_says_so(check):
    seen = check(b"impossible\n", given=CIRCLE, answer=b"impossible\n")
    assert seen == Check(ACCEPTED, "", "", "")


def test_an_order_is_wrong_where_there_is_none(check):
    seen = check(b"1 2 3\n", given=CIRCLE, answer=b"impossible\n")
    assert seen.exit_code == WRONG


def test_an_answer_that_a_contestant_refutes_is_a_judge_error(check):
    seen = check(b"1 2 3 4\n", answer=b"impossible\n")
    assert (seen.exit_code, seen.team_message) == (JUDGE_ERROR, "")
    assert "the answer file says 'impossible'" in seen.stderr


@pytest.mark.parametrize("given", [b"", b"4", b"0 0\n", b"4 3\n1 2\n", b"4 1\n1 5\n", b"4 -1\n"])
def test_a_broken_input_file_is_a_judge_error(check, given):
    assert check(b"1 2 3 4\n", given=given).exit_code == JUDGE_ERROR


def test_an_empty_answer_file_is_a_judge_error(check):
    assert check(b"1 2 3 4\n", answer=b" \n").exit_code == JUDGE_ERROR


def test_a_missing_feedback_folder_is_a_judge_error(program, tmp_path):
    (tmp_path / "input").write_bytes(RULES)
    (tmp_path / "answer").write_bytes(b"1 2 3 4\n")
    argv = [program, tmp_path / "input", tmp_path / "answer", f"{tmp_path}/nowhere/"]
    done = subprocess.run(argv, input=b"4 3 2 1\n", capture_output=True, check=False)
    assert done.returncode == JUDGE_ERROR
