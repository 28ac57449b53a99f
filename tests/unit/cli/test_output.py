from __future__ import annotations

import json

import pytest

from cli.errors import BadInput, CannotServe, ConfigError, Mistake
from cli.output import ExitCode, door, emit
from judging.errors import BadPackage, InvalidSubmission, PackageMistake
from languages.errors import UnknownLanguage
from sandbox.errors import NoFreeSlot


def leave_through_door(error: BaseException, *, as_json: bool) -> object:
    with pytest.raises(SystemExit) as left, door(as_json=as_json):
        raise error
    return left.value.code


@pytest.mark.parametrize(
    ("error", "exit_code", "field"),
    [
        (BadInput("--cpu-ms", "must be positive"), ExitCode.BAD_INPUT, "--cpu-ms"),
        (InvalidSubmission("source", "is empty"), ExitCode.BAD_INPUT, "source"),
        (UnknownLanguage("no language 'cobol'"), ExitCode.BAD_INPUT, "language"),
        (ConfigError((Mistake(name="BRIG_X", message="no"),)), ExitCode.BAD_INPUT, "configuration"),
        (NoFreeSlot("every slot is leased"), ExitCode.HOST_FAULT, None),
        (CannotServe("port 8000 is in use"), ExitCode.HOST_FAULT, None),
        (RuntimeError("surprise"), ExitCode.HOST_FAULT, None),
    ],
)
def test_error_becomes_exit_code_and_one_document(error, exit_code, field, capsys):
    assert leave_through_door(error, as_json=True) == exit_code

    document = json.loads(capsys.readouterr().out)
    assert document["error"]["field"] == field


def test_message_names_the_field_on_stderr_and_leaves_stdout_alone(capsys):
    leave_through_door(BadInput("--cpu-ms", "must be positive"), as_json=False)

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "brig: --cpu-ms: must be positive\n"


def test_every_mistake_of_a_package_is_in_the_document(capsys):
    error = BadPackage(
        (
            PackageMistake(path="problem.yaml", line=3, message="unknown key"),
            PackageMistake(path="data/secret", line=None, message="is empty"),
        )
    )

    leave_through_door(error, as_json=True)

    assert json.loads(capsys.readouterr().out)["error"]["mistakes"] == [
        {"path": "problem.yaml", "line": 3, "message": "unknown key"},
        {"path": "data/secret", "line": None, "message": "is empty"},
    ]


def test_unexpected_error_shows_its_traceback(capsys):
    leave_through_door(RuntimeError("surprise"), as_json=False)

    assert "Traceback" in capsys.readouterr().err


def test_interrupt_ends_as_shells_say(capsys):
    assert leave_through_door(KeyboardInterrupt(), as_json=False) == ExitCode.INTERRUPTED


def test_door_lets_success_through():
    with door(as_json=True):
        value = 1

    assert value == 1


def test_document_is_one_line_of_utf8(capsys):
    emit({"stdout": "ä\n"})

    assert capsys.readouterr().out == '{"stdout":"ä\\n"}\n'
