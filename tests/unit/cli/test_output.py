from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.errors import BadInput, CannotServe, ConfigError, Mistake
from cli.output import ExitCode, door, emit
from judging.errors import BadPackage, InvalidSubmission, PackageMistake
from languages.errors import UnknownLanguage
from sandbox.errors import NoFreeSlot

ROOT = Path(__file__).parents[3]


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


def test_interrupt_is_told_in_the_document(capsys):
    assert leave_through_door(KeyboardInterrupt(), as_json=True) == ExitCode.INTERRUPTED

    assert json.loads(capsys.readouterr().out) == {
        "error": {"field": None, "message": "interrupted"}
    }


def serve_until_interrupted():
    with door(as_json=True):
        emit({"address": "http://127.0.0.1:8000"})
        raise KeyboardInterrupt


def test_there_is_never_a_second_document(capsys):
    with pytest.raises(SystemExit):
        serve_until_interrupted()

    assert json.loads(capsys.readouterr().out) == {"address": "http://127.0.0.1:8000"}


def test_a_reader_who_has_enough_ends_a_command_quietly():
    code = (
        "from cli.output import door, emit\n"
        "with door(as_json=True):\n"
        "    emit({'stdout': 'x' * 3_000_000})\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10) == b'{"stdout":'
        process.stdout.close()
        assert process.stderr.read() == b""

    assert process.returncode == ExitCode.READER_GONE


def test_another_broken_pipe_is_an_error(capfd):
    assert leave_through_door(BrokenPipeError(), as_json=False) == ExitCode.HOST_FAULT

    assert "Traceback" in capfd.readouterr().err


def test_door_lets_success_through():
    with door(as_json=True):
        value = 1

    assert value == 1


def test_document_is_one_line_of_utf8(capsys):
    emit({"stdout": "ä\n"})

    assert capsys.readouterr().out == '{"stdout":"ä\\n"}\n'


def test_a_name_that_is_not_utf8_stays_json(capsys):
    emit({"file": "b\udcff.py"})

    assert json.loads(capsys.readouterr().out) == {"file": "b\udcff.py"}
