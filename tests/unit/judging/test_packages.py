"""Opening packages: what they mean, and every mistake by file and line."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from judging.errors import BadPackage
from judging.model import CheckerKind, TestResult, Verdict
from judging.packages.jury import Expectation, JurySubmission, expected_verdicts
from judging.packages.package import open_package

GOOD = {
    "problem.yaml": "name: Echo\n",
    "data/secret/1.in": "1\n",
    "data/secret/1.ans": "1\n",
    "submissions/accepted/echo.py": "print(input())\n",
    "input_validators/check.py": "",
    "problem_statement/problem.en.tex": "",
}


def package_with(root: Path, files: dict[str, str | None]):
    for name, text in {**GOOD, **files}.items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(textwrap.dedent(text))
    return open_package(root)


def mistakes_of(root: Path, files: dict[str, str | None]) -> list[str]:
    with pytest.raises(BadPackage) as caught:
        package_with(root, files)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_defaults_are_those_of_the_format(tmp_path):
    package = package_with(tmp_path / "echo", {})
    problem = package.problem
    assert (problem.name, problem.title) == ("echo", "Echo")
    assert (problem.limits.memory_bytes, problem.limits.output_bytes) == (1 << 30, 8 << 20)
    assert (problem.code_bytes, problem.compilation.cpu_ms) == (128 << 10, 60_000)
    assert (problem.validation.memory_bytes, problem.checker.kind) == (1 << 30, CheckerKind.TOKENS)
    assert (package.time_multiplier, package.time_safety_margin) == (5, 2)
    assert not problem.time_limit_is_given
    assert package.warnings == ()


def test_limits_flags_and_title_are_read(tmp_path):
    yaml = """\
        problem_format_version: legacy
        name: Ignored
        type: pass-fail
        license: cc by-sa
        keywords: a b
        uuid: 1234
        validator_flags: float_tolerance 1e-6
        grading: {objective: max, show_test_data_groups: false}
        limits: {memory: 64, output: 1, code: 2, time_multiplier: 3.5, validation_time: 7}
        """
    package = package_with(
        tmp_path,
        {
            "problem.yaml": yaml,
            "problem_statement/problem.en.tex": "\\problemname{An Echo}\n",
            "domjudge-problem.ini": "short-name = x\ntimelimit = '2.5'\n; comment\n",
            ".timelimit": "9\n",
        },
    )
    problem = package.problem
    assert problem.title == "An Echo"
    assert problem.checker.flags == ("float_tolerance", "1e-6")
    assert (problem.limits.memory_bytes, problem.code_bytes) == (64 << 20, 2 << 10)
    assert (package.time_multiplier, problem.validation.cpu_ms) == (3.5, 7_000)
    assert (problem.limits.cpu_ms, problem.time_limit_is_given) == (2_500, True)


def test_a_timelimit_file_is_enough(tmp_path):
    package = package_with(tmp_path, {".timelimit": "3"})
    assert (package.problem.limits.cpu_ms, package.problem.time_limit_is_given) == (3_000, True)


def test_test_cases_come_sample_first_then_by_base_name(tmp_path):
    names = ["secret/b/2", "secret/b/10", "secret/a", "secret/1-x", "secret/1", "sample/2"]
    files: dict[str, str | None] = {
        f"data/{name}.{end}": "" for name in names for end in ("in", "ans")
    }
    files["data/secret/1.hint"] = ""
    package = package_with(tmp_path, files)
    assert [case.name for case in package.problem.test_cases] == [
        "sample/2", "secret/1", "secret/1-x", "secret/a", "secret/b/10", "secret/b/2"
    ]  # fmt: skip
    assert [case.is_sample for case in package.problem.test_cases][:2] == [True, False]


def test_group_flags_are_inherited_and_overridden(tmp_path):
    package = package_with(
        tmp_path,
        {
            "problem.yaml": "validator_flags: case_sensitive\n",
            "data/testdata.yaml": "input_validator_flags: small\n",
            "data/secret/testdata.yaml": "output_validator_flags: float_tolerance 0.1\n",
            "data/secret/g/testdata.yaml": "input_validator_flags: {check: large}\n",
            "data/secret/g/1.in": "",
            "data/secret/g/1.ans": "",
            "data/sample/1.in": "",
            "data/sample/1.ans": "",
        },
    )
    sample, secret, group = package.tests
    assert sample.test_case.checker is None
    assert secret.test_case.checker is not None
    assert group.test_case.checker == secret.test_case.checker
    assert secret.test_case.checker.flags == ("case_sensitive", "float_tolerance", "0.1")
    assert secret.input_flags.of("check.py") == ("small",)
    assert group.input_flags.of("check.py") == ("large",)
    assert group.input_flags.of("other.py") == ()


def test_custom_validators_and_includes_are_found(tmp_path):
    package = package_with(
        tmp_path,
        {
            "problem.yaml": "validation: custom\n",
            "output_validators/a/check.cpp": "",
            "output_validators/b.py": "",
            "output_validators/README": "",
            "output_validators/shared.h": "",
            "include/cpp/lib/x.h": "// x",
            "input_validators/old.ctd": "",
            "data/bad/1.in": "",
        },
    )
    checker = package.problem.checker
    assert checker.kind is CheckerKind.CUSTOM
    assert [path.name for path in checker.program_paths] == ["a", "b.py"]
    assert [(i.code, i.files[0].name) for i in package.problem.includes] == [("cpp", "lib/x.h")]
    assert [path.name for path in package.input_validators] == ["check.py"]
    assert [w.path for w in package.warnings] == ["data/bad", "input_validators/old.ctd"]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("", None),
        ("name: [\n", "problem.yaml:2: is not valid YAML"),
        ("- a", "problem.yaml:1: must be a map"),
        ("name: a\nname: b\n", "problem.yaml:2: key 'name' stands twice (first at 1)"),
        ("name: a\ncolour: red\n", "problem.yaml:2: unknown key 'colour'"),
        ("limits:\n  memory_mb: 5\n", "problem.yaml:2: unknown key 'memory_mb'"),
        ("limits: 5\n", "problem.yaml:1: limits: must be a map"),
        ("limits:\n  memory: -5\n", "problem.yaml:2: memory: must be greater than 0"),
        ("limits:\n  memory: lots\n", "problem.yaml:2: memory: must be a number"),
        ("limits:\n  memory: .nan\n", "problem.yaml:2: memory: must be a number"),
        ("limits:\n  memory: .inf\n", "problem.yaml:2: memory: must be greater than 0"),
        ("license: mine\n", "problem.yaml:1: license: must be one of"),
        ("type: scoring\n", "problem.yaml:1: type: scoring problems are not supported yet"),
        ("type: party\n", "problem.yaml:1: type: must be one of pass-fail, scoring"),
        ("validation: custom interactive\n", "interactive validation is not supported yet"),
        ("validation: custom score\n", "score validation is not supported yet"),
        ("validation: magic\n", "problem.yaml:1: validation: must be default, or custom"),
        ("validation: custom\n", "output_validators: there is none"),
        ("validator_flags: fuzzy\n", "problem.yaml:1: validator_flags: the default validator"),
        ("validator_flags: float_tolerance nan\n", "needs a number, not 'nan'"),
        ("problem_format_version: 2025-09\n", "'2025-09' is not supported; legacy and"),
        ("a: &x [1]\nb: *x\n", "problem.yaml:1: anchors and aliases are not allowed"),
        ("name: !!python/object:os.system x\n", "problem.yaml:1: tags such as"),
        ("a: 1\n---\nb: 2\n", "problem.yaml:2: holds more than one document"),
        ("a: " + "[" * 50 + "]" * 50, "problem.yaml:1: is nested deeper than"),
        ("1: a\n", "problem.yaml:1: a key must be text"),
        ("name: a\nname: \x07\n", "problem.yaml:2: is not valid YAML"),
        (f"limits:\n  memory: 1{'0' * 400}\n", "problem.yaml:2: memory: must be greater than 0"),
        ("#" * 300_000, "problem.yaml: is larger than 256 KiB"),
    ],
)
def test_mistakes_in_problem_yaml_are_named_by_line(tmp_path, yaml, expected):
    if expected is None:
        assert package_with(tmp_path, {"problem.yaml": yaml})
        return
    assert any(expected in mistake for mistake in mistakes_of(tmp_path, {"problem.yaml": yaml}))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"problem.yaml": None}, "problem.yaml: is missing"),
        (
            {"data/secret/1.in": None, "data/secret/1.ans": None},
            "data/secret: there is no secret test case",
        ),
        ({"data/secret/2.in": ""}, "data/secret/2.in: has no .ans file"),
        ({"data/secret/2.ans": ""}, "data/secret/2.ans: has no .in file"),
        ({"data/secret/a b.in": ""}, "data/secret/a b.in: has a bad name"),
        ({"data/1.in": ""}, "data/1.in: test cases belong into"),
        ({"graders/g.py": ""}, "graders: custom graders are not supported yet"),
        ({"output_validators/v.py": ""}, "output_validators: are not used"),
        ({".timelimit": "soon"}, ".timelimit:1: the time limit must be a number"),
        ({"domjudge-problem.ini": "a = b\ntimelimit = -1\n"}, "domjudge-problem.ini:2: the time"),
        ({"domjudge-problem.ini": "timelimit = 0\n"}, "domjudge-problem.ini:1: the time limit"),
        ({"domjudge-problem.ini": "special_run = x\n"}, "special_run is not supported"),
        ({"data/secret/testdata.yaml": "grading: custom\n"}, "custom graders are not"),
        ({"data/secret/testdata.yaml": "grader_flags: always_accept\n"}, "'always_accept' is not"),
        ({"data/secret/testdata.yaml": "range: 0 1\n"}, "testdata.yaml:1: range: is for scoring"),
        ({"data/secret/testdata.yaml": "on_rejekt: break\n"}, "unknown key 'on_rejekt'"),
        ({"data/secret/testdata.yaml": "output_validator_flags: x\n"}, "has no flag 'x'"),
        ({"include/x.h": ""}, "include/x.h: belongs into a folder"),
        (
            {"submissions/mixed/a.py": "# @EXPECTED_RESULTS@: MAYBE\n"},
            "submissions/mixed/a.py: expects the unknown result 'MAYBE'",
        ),
    ],
)
def test_mistakes_in_the_files_are_named(tmp_path, files, expected):
    assert any(expected in mistake for mistake in mistakes_of(tmp_path, files))


def test_all_mistakes_are_listed_together(tmp_path):
    found = mistakes_of(
        tmp_path,
        {"problem.yaml": "colour: 1\nlimits: {memory: 0}\n", "data/secret/2.in": ""},
    )
    assert len(found) == 3


def test_links_are_followed_inside_the_package_only(tmp_path):
    root = tmp_path / "echo"
    package_with(root, {})
    (tmp_path / "outside.in").write_text("secret of the host")
    (root / "data/sample").symlink_to("secret")
    assert [case.name for case in open_package(root).problem.test_cases] == [
        "sample/1",
        "secret/1",
    ]
    (root / "data/secret/2.in").symlink_to(tmp_path / "outside.in")
    (root / "data/secret/3.in").symlink_to("nowhere")
    (root / "data/secret/up").symlink_to("..")
    os.mkfifo(root / "data/secret/4.in")
    with pytest.raises(BadPackage) as caught:
        open_package(root)
    text = str(caught.value)
    assert "data/secret/2.in: is a symbolic link that leaves the package" in text
    assert "data/secret/3.in: is a symbolic link to nowhere" in text
    assert "data/secret/up: is a symbolic link to a folder above it" in text
    assert "data/secret/4.in: is neither a file nor a folder" in text


def test_dot_files_count_as_absent(tmp_path):
    package = package_with(tmp_path, {"data/secret/.hidden.in": "", "-x": "", ".git/HEAD": ""})
    assert len(package.problem.test_cases) == 1


def test_jury_submissions_expect_what_folder_or_tag_say(tmp_path):
    package = package_with(
        tmp_path,
        {
            "submissions/wrong_answer/two/a.py": "# @EXPECTED_RESULTS@: ACCEPTED\n",
            "submissions/wrong_answer/two/b.py": "",
            "submissions/mixed/a.c": "/* @expected_results@: Wrong_Answer, TIMELIMIT */\n",
            "submissions/slow_accepted/a.py": "",
        },
    )
    found = {s.name: (s.expectation, s.expected) for s in package.jury_submissions}
    assert found == {
        "accepted/echo.py": (Expectation.ACCEPTED, ("AC",)),
        "wrong_answer/two": (Expectation.WRONG_ANSWER, ("WA",)),
        "mixed/a.c": (Expectation.TAGGED, ("WA", "PE", "TLE")),
        "slow_accepted/a.py": (Expectation.NOTHING, ()),
    }
    two = next(s for s in package.jury_submissions if s.name == "wrong_answer/two")
    assert [file.name for file in two.files] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (b"ACCEPTED", {"AC"}),
        (b"CORRECT, 42.5", {"AC"}),
        (b"COMPILER_ERROR -->", {"CE"}),
        (b"RUN-ERROR,OUTPUT-LIMIT", {"RTE", "MLE", "SV", "OLE"}),
        (b"NO-OUTPUT", {"WA", "PE"}),
    ],
)
def test_tags_are_translated(tag, expected):
    verdicts, wrong = expected_verdicts(b"// @EXPECTED_RESULTS@: " + tag + b"\nint main")
    assert wrong is None
    assert expected == {verdict.value for verdict in verdicts}


def test_two_tags_are_a_mistake():
    assert expected_verdicts(b"@EXPECTED_RESULTS@: CORRECT\n@EXPECTED_RESULTS@: CORRECT\n")[1]


@pytest.mark.parametrize(
    ("expectation", "verdicts", "kept"),
    [
        (Expectation.ACCEPTED, "AC AC", True),
        (Expectation.ACCEPTED, "AC WA", False),
        (Expectation.WRONG_ANSWER, "AC WA AC", True),
        (Expectation.WRONG_ANSWER, "AC AC", False),
        (Expectation.WRONG_ANSWER, "WA TLE", False),
        (Expectation.WRONG_ANSWER, "WA RTE", False),
        (Expectation.TIME_LIMIT_EXCEEDED, "AC WA TLE SK", True),
        (Expectation.TIME_LIMIT_EXCEEDED, "WA AC", False),
        (Expectation.TIME_LIMIT_EXCEEDED, "RTE TLE", False),
        (Expectation.RUN_TIME_ERROR, "AC WA TLE RTE", True),
        (Expectation.RUN_TIME_ERROR, "MLE", True),
        (Expectation.RUN_TIME_ERROR, "SV", True),
        (Expectation.RUN_TIME_ERROR, "AC WA", False),
        (Expectation.RUN_TIME_ERROR, "RTE JE", False),
        (Expectation.ACCEPTED, "JE", False),
        (Expectation.WRONG_ANSWER, "WA JE", False),
        (Expectation.NOTHING, "RTE", True),
    ],
)
def test_folders_mean_what_the_format_says(expectation, verdicts, kept):
    jury = JurySubmission(name="x", path=Path(), files=(), expectation=expectation)
    results = [
        TestResult(name=str(i), verdict=Verdict(code), explanation=None)
        for i, code in enumerate(verdicts.split())
    ]
    final = next((r.verdict for r in results if r.verdict is not Verdict.AC), Verdict.AC)
    assert kept == (jury.mismatch(final, results) is None)


@pytest.mark.parametrize("expectation", list(Expectation))
def test_a_compile_error_keeps_no_promise(expectation):
    jury = JurySubmission(name="x", path=Path(), files=(), expectation=expectation)
    assert (jury.mismatch(Verdict.CE, ()) is None) == (expectation is Expectation.NOTHING)
