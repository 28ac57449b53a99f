"""What the example problems promise: every verdict in many languages, each package whole."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from examples import generate
from judging.errors import BadPackage
from judging.model import CheckerKind
from judging.packages.package import open_package

PATHS = {path.name: path for path in generate.packages()}
ALL_LANGUAGES = {
    ".c", ".cpp", ".cs", ".go", ".hs", ".java", ".js", ".kt", ".lua", ".pas", ".php", ".pl", ".py",
    ".rb", ".rs",
}  # fmt: skip


@pytest.fixture(scope="module")
def packages():
    for path in PATHS.values():
        generate.write_missing(path)
    return {name: open_package(path) for name, path in PATHS.items()}


def _languages_by_verdict(jury_submissions):
    """Collect the extensions of the jury submissions that are expected to get one verdict."""
    languages: dict[str, set[str]] = defaultdict(set)
    for submission in jury_submissions:
        if len(submission.expected) == 1:
            suffixes = {Path(file.name).suffix for file in submission.files} - {".h"}
            languages[submission.expected[0]] |= suffixes
    return languages


def test_there_are_at_least_five_packages():
    assert {"biginput", "casefold", "floats", "manyanswers", "quadratic", "sum"} <= set(PATHS)


@pytest.mark.parametrize("name", PATHS)
def test_a_package_opens_without_mistake_or_warning(name, packages):
    package = packages[name]
    assert package.warnings == ()
    assert any(test.test_case.is_sample for test in package.tests)
    assert package.problem.title != name


def test_each_verdict_is_shown_in_five_languages(packages):
    languages = _languages_by_verdict(
        submission for package in packages.values() for submission in package.jury_submissions
    )
    assert set(languages) == {"AC", "WA", "TLE", "RTE", "MLE", "OLE", "CE"}
    assert [verdict for verdict, suffixes in languages.items() if len(suffixes) < 5] == []


def test_the_sum_is_accepted_in_every_language(packages):
    languages = _languages_by_verdict(packages["sum"].jury_submissions)
    assert languages["AC"] == ALL_LANGUAGES


@pytest.mark.parametrize("name", PATHS)
def test_every_jury_submission_promises_something(name, packages):
    assert [s.name for s in packages[name].jury_submissions if not s.expected] == []


def test_the_packages_use_what_the_format_offers(packages):
    problems = {name: package.problem for name, package in packages.items()}
    assert problems["floats"].checker.flags == ("float_tolerance", "1e-9")
    assert problems["casefold"].checker.flags == ("case_sensitive", "space_change_sensitive")
    assert problems["manyanswers"].checker.kind is CheckerKind.CUSTOM
    given = {name for name, problem in problems.items() if problem.time_limit_is_given}
    assert given == set(PATHS) - {"casefold"}
    assert problems["quadratic"].limits.cpu_ms == 3_000
    assert problems["sum"].limits.output_bytes == 1 << 20


def test_a_checkout_without_the_large_input_is_refused_by_name(tmp_path):
    copy = shutil.copytree(
        PATHS["biginput"], tmp_path / "biginput", ignore=shutil.ignore_patterns("03-big.in")
    )
    with pytest.raises(BadPackage, match=r"^data/secret/03-big\.ans: has no \.in file beside it$"):
        open_package(copy)


def test_checked_in_data_is_small():
    sizes = [
        path.stat().st_size
        for package in PATHS.values()
        for path in package.rglob("*")
        if path.is_file() and path != package / "data" / "secret" / "03-big.in"
    ]
    assert sum(sizes) < 2_000_000
