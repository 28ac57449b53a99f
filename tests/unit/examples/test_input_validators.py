"""The input validators of the example problems accept their data, and nothing a bit different."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import partial

import pytest

from examples import generate

ACCEPTED = 42
PACKAGES = {package.name: package for package in generate.packages()}


@pytest.fixture(scope="module")
def validate(tmp_path_factory):
    """Return a function that gives input to a package's validator and returns its exit code."""
    return partial(_exit_code, tmp_path_factory.mktemp("validators"))


def _exit_code(folder, name, given):
    (source,) = (PACKAGES[name] / "input_validators").iterdir()
    runner = [sys.executable, "-I"] if source.suffix == ".py" else []
    argv = [*runner, source if runner else _built(folder, source)]
    return subprocess.run(argv, input=given, capture_output=True, check=False).returncode


def _built(folder, source):
    program = folder / source.stem
    if not program.exists():
        if shutil.which("g++") is None:
            pytest.skip("no g++")
        subprocess.run(["g++", "-std=c++17", "-O1", "-o", program, source], check=True)
    return program


def _checked_in(package):
    large = {package / "data" / name for name in generate.on_demand(package)}
    return sorted(set(package.glob("data/*/*.in")) - large)


@pytest.mark.parametrize("name", PACKAGES)
def test_the_test_data_is_accepted(name, validate):
    inputs = [path.read_bytes() for path in _checked_in(PACKAGES[name])]
    assert len(inputs) >= 3
    assert [ACCEPTED] * len(inputs) == [validate(name, given) for given in inputs]


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda given: given.removesuffix(b"\n"), id="no newline at the end"),
        pytest.param(lambda given: given.replace(b"\n", b"\r\n"), id="carriage returns"),
        pytest.param(lambda given: given + b"\xff\n", id="odd bytes"),
        pytest.param(lambda given: given.replace(b"\n", b"\0\n", 1), id="NUL"),
    ],
)
def test_damaged_input_is_rejected(name, damage, validate):
    given = (PACKAGES[name] / "data" / "sample" / "1.in").read_bytes()
    assert validate(name, given) == ACCEPTED
    assert validate(name, damage(given)) == 43


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sum", b"1 1000000000000000001\n"),
        ("sum", b"01 2\n"),
        ("sum", b"-0 2\n"),
        ("sum", b"1  2\n"),
        ("sum", b"1 2 3\n"),
        ("floats", b"1\n0 4\n"),
        ("floats", b"1\n0.0001 4\n"),
        ("floats", b"1\n3 1000000.001\n"),
        ("floats", b"2\n3 4\n"),
        ("floats", b"1\n3 4\n5 12\n"),
        ("floats", b"1\n-3 4\n"),
        ("floats", b"1\n3e1 4\n"),
        ("casefold", b"a" * 81 + b"\n"),
        ("casefold", b"\n" * 201),
        ("casefold", b"a\tb\n"),
        ("manyanswers", b"0 0\n"),
        ("manyanswers", b"2 1\n1 1\n"),
        ("manyanswers", b"2 1\n1 3\n"),
        ("manyanswers", b"2 1\n1 02\n"),
        ("manyanswers", b"2 1\n"),
        ("manyanswers", b"2 0\n1 2\n"),
        ("manyanswers", b"2001 0\n"),
        ("manyanswers", b"99999999999999999999 0\n"),
        ("biginput", b"2\n1\n1\n"),
        ("biginput", b"3\n1\n1\n1\n2\n"),
        ("biginput", b"3\n1\n2\n3\n"),
        ("biginput", b"1\n1000000001\n"),
        ("biginput", b"1\n0\n"),
        ("quadratic", b"0 1 1\n"),
        ("quadratic", b"400001 1 1\n"),
        ("quadratic", b"1 2147483647 1\n"),
        ("quadratic", b"1 1 2147483648\n"),
    ],
)
def test_input_outside_the_statement_is_rejected(name, given, validate):
    assert validate(name, given) == 43
