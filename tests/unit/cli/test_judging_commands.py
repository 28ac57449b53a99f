"""`brig run`, `judge` and `verify` from the outside, with a fake sandbox behind them."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from cli import judge, run, verify
from judging.tools import MemoryArtefacts, Tools
from languages.errors import BadSources
from sandbox.errors import SetupError
from sandbox.model import ExitKind
from tests.fakes import FakeRegistry, FakeSandbox, run_result

PACKAGE = {
    "problem.yaml": "name: Echo\n",
    ".timelimit": "1",
    "data/secret/1.in": "one",
    "data/secret/1.ans": "one",
    "submissions/accepted/a.py": "echo",
    "submissions/wrong_answer/w.py": "wrong",
}


@pytest.fixture
def sandbox(monkeypatch):
    fake = FakeSandbox(lambda _spec: run_result(stdout=b"one"))

    @contextmanager
    def open_tools(slots):
        yield Tools(
            sandbox=fake, registry=FakeRegistry(), artefacts=MemoryArtefacts(), retry_pause_s=0
        )

    for module in (run, judge, verify):
        monkeypatch.setattr(module, "open_tools", open_tools)
    return fake


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("print(1)\n")
    return path


@pytest.fixture
def package(tmp_path):
    for name, text in PACKAGE.items():
        path = tmp_path / "echo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "echo"


def call(command, *args, stdin=b""):
    result = CliRunner().invoke(command.app, [str(arg) for arg in args], input=stdin)
    return result.exit_code, result


def document(command, *args, stdin=b""):
    code, result = call(command, *args, "--json", stdin=stdin)
    return code, json.loads(result.stdout)


def test_run_prints_one_document_with_everything(sandbox, source):
    code, found = document(run, source, stdin=b"in")
    assert code == 0
    assert found["verdict"] == "AC"
    assert (found["exit_code"], found["signal"]) == (0, None)
    assert (found["stdout"], found["stdout_encoding"], found["stderr"]) == ("one", "utf-8", "")
    assert found.keys() >= {"cpu_ms", "wall_ms", "memory_bytes"}
    assert sandbox.stdins == [b"in"]


def test_run_uses_the_documented_defaults(sandbox, source):
    call(run, source)
    limits = sandbox.specs[0].limits
    assert (limits.cpu_ms, limits.wall_ms) == (6_000, 10_000)
    assert (limits.memory_bytes, limits.processes, limits.output_bytes) == (
        256 << 20, 64, 16 << 20
    )  # fmt: skip


def test_run_takes_a_limit_by_each_option(sandbox, source):
    options = "--cpu-ms 1000 --wall-ms 900 --memory-bytes 1GB --processes 80 --output-bytes 5k"
    call(run, source, *options.split())
    limits = sandbox.specs[0].limits
    assert (limits.cpu_ms, limits.wall_ms, limits.memory_bytes) == (1_200, 900, 1 << 30)
    assert (limits.processes, limits.output_bytes) == (80, 5 << 10)


def test_a_longer_time_limit_lengthens_the_wall_limit(sandbox, source):
    call(run, source, "--cpu-ms", "60000")
    assert sandbox.specs[0].limits.wall_ms == 121_000


def test_run_gives_odd_bytes_as_base64(sandbox, source, monkeypatch):
    monkeypatch.setattr(sandbox, "answer", lambda _spec: run_result(stdout=b"\xff"))
    _, found = document(run, source)
    assert found["stdout_encoding"] == "base64"
    assert base64.b64decode(found["stdout"]) == b"\xff"


def test_run_without_json_is_the_program_on_stdout(sandbox, source):
    code, result = call(run, source)
    assert (code, result.stdout) == (0, "one")
    assert "AC" in result.stderr


def test_run_compares_with_an_expected_output(sandbox, source, tmp_path):
    (tmp_path / "expected").write_text("two")
    _, found = document(run, source, "--expected", tmp_path / "expected")
    assert found["verdict"] == "WA"


def test_a_failing_host_is_exit_code_3(sandbox, source, monkeypatch):
    monkeypatch.setattr(sandbox, "answer", lambda _spec: SetupError("mount", 1))
    code, found = document(run, source)
    assert (code, found["verdict"]) == (3, "JE")


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (["--cpu-ms", "-1"], "cpu_ms"),
        (["--wall-ms", "0"], "wall_ms"),
        (["--memory-bytes", "99999GB"], "memory_bytes"),
        (["--memory-bytes", "-5"], "memory_bytes"),
        (["--output-bytes", "nan"], "output_bytes"),
        (["--processes", "100000"], "processes"),
        (["--language", "cobol"], "language"),
        (["--expected", "/nowhere"], "expected"),
        (["--stdin", "/nowhere"], "stdin"),
        (["/nowhere.py"], "FILE"),
        (["/dev/zero"], "FILE"),
        (["a\nb.py"], "files"),
        (["b\udcff.py"], "files"),
        (["--cpu-ms", "9" * 30], "cpu_ms"),
    ],
)
def test_bad_input_is_exit_code_2_and_names_the_field(sandbox, source, args, field):
    code, found = document(run, source, *args)
    assert (code, found["error"]["field"]) == (2, field)
    assert sandbox.specs == []


def test_sources_that_begin_nowhere_are_bad_input(sandbox, source, monkeypatch):
    def find_entry_point(_self, _name, _files):
        raise BadSources("entry_point", "there are several sources")

    monkeypatch.setattr(FakeRegistry, "find_entry_point", find_entry_point)
    code, found = document(run, source)
    assert (code, found["error"]["field"]) == (2, "entry_point")
    assert sandbox.specs == []


@pytest.mark.parametrize("content", [b"", b" \n", b"#" * (5 << 20)])
def test_empty_and_huge_sources_are_bad_input(sandbox, source, content):
    source.write_bytes(content)
    code, found = document(run, source)
    assert (code, found["error"]["field"]) == (2, "FILE")


def test_judge_prints_files_and_test_cases(sandbox, package, source):
    code, found = document(judge, package, source, source)
    assert code == 0
    assert found["time_limit_ms"] == 1_000
    assert [(s["verdict"], s["score"]) for s in found["submissions"]] == [("AC", 1.0)] * 2
    (case,) = found["submissions"][0]["test_cases"]
    assert (case["name"], case["verdict"]) == ("secret/1", "AC")
    assert case.keys() >= {"cpu_ms", "wall_ms", "memory_bytes"}


def test_judge_finds_a_missing_time_limit(sandbox, package, source):
    (package / ".timelimit").unlink()
    code, found = document(judge, package, source)
    assert (code, found["time_limit_ms"]) == (0, 1_000)
    assert document(judge, package, source, "--cpu-ms", 77)[1]["time_limit_ms"] == 77


@pytest.mark.parametrize("command", [judge, verify])
def test_bad_packages_are_exit_code_2_with_every_mistake(sandbox, package, source, command):
    (package / "problem.yaml").write_text("colour: 1\nlimits: 2\n")
    args = [package, source] if command is judge else [package]
    code, found = document(command, *args)
    assert code == 2
    assert [m["line"] for m in found["error"]["mistakes"]] == [1, 2]


def test_absent_packages_are_exit_code_2(sandbox, source):
    code, found = document(judge, "/nowhere", source)
    assert (code, found["error"]["field"]) == (2, "PACKAGE")


def test_verify_is_exit_code_1_when_a_verdict_differs(sandbox, package, monkeypatch):
    code, found = document(verify, package)
    assert (code, found["ok"]) == (1, False)
    shown = {s["submission"]: (s["expected"], s["actual"]) for s in found["submissions"]}
    assert shown == {"accepted/a.py": ("AC", "AC"), "wrong_answer/w.py": ("WA", "AC")}
    monkeypatch.setattr(sandbox, "answer", lambda _spec: run_result(ExitKind.SIGNALED))
    assert document(verify, package)[0] == 1


def test_verify_is_exit_code_0_when_all_agree(sandbox, package):
    (package / "submissions/wrong_answer/w.py").unlink()
    code, result = call(verify, package, package)
    assert code == 0
    assert result.stdout.count("accepted/a.py") == 2
