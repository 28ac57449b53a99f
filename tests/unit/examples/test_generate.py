"""The checked-in test data is what the generators make, and the large file appears on demand."""

from __future__ import annotations

import hashlib
import shutil

import pytest

from examples import generate

PACKAGES = generate.packages()


def _name(package):
    return package.name


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_data_in_the_checkout_is_what_the_generator_makes(package, made):
    files = dict(made(package))
    for name, digest in generate.on_demand(package).items():
        assert digest == hashlib.sha256(files.pop(name)).hexdigest()
    data = package / "data"
    present = {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in data.rglob("*.*")
        if path.relative_to(data).as_posix() not in generate.on_demand(package)
    }
    assert files == present


def test_the_large_input_has_twenty_megabytes_and_is_made_on_demand(made):
    package = generate.PROBLEMS / "biginput"
    (name,) = generate.on_demand(package)
    assert len(made(package)[name]) == pytest.approx(20_000_000, rel=0.01)
    ignored = (package / ".gitignore").read_text().split()
    assert ignored == [f"/data/{name}"]


@pytest.fixture
def small_package(tmp_path):
    """A package whose generator makes one file on demand."""
    content = b"3\n"
    digest = hashlib.sha256(content).hexdigest()
    (tmp_path / "generators").mkdir()
    (tmp_path / "data" / "secret").mkdir(parents=True)
    (tmp_path / "generators" / "cases.py").write_text(
        f"ON_DEMAND = {{'secret/1.in': '{digest}'}}\n"
        f"def test_cases():\n    yield 'secret/1', {content!r}, b'9\\n'\n"
    )
    return tmp_path


def test_only_what_is_missing_is_written(small_package):
    made = small_package / "data" / "secret" / "1.in"
    assert [made] == generate.write_missing(small_package)
    assert made.read_bytes() == b"3\n"
    assert list(made.parent.iterdir()) == [made]
    assert generate.write_missing(small_package) == []


def test_a_damaged_file_is_written_again(small_package):
    made = small_package / "data" / "secret" / "1.in"
    made.write_bytes(b"half of it")
    assert [made] == generate.write_missing(small_package)
    assert made.read_bytes() == b"3\n"


def test_a_generator_that_makes_something_else_is_an_error(small_package):
    cases = small_package / "generators" / "cases.py"
    cases.write_text(cases.read_text().replace("b'3", "b'4"))
    with pytest.raises(ValueError, match=r"the generator makes another secret/1\.in"):
        generate.write_missing(small_package)
    assert list((small_package / "data" / "secret").iterdir()) == []


def test_write_all_writes_every_file(small_package):
    written = generate.write_all(small_package)
    assert [path.name for path in written] == ["1.in", "1.ans"]


def test_a_folder_without_problem_yaml_is_no_package(tmp_path, monkeypatch):
    shutil.copytree(generate.PROBLEMS / "sum", tmp_path / "sum")
    (tmp_path / "notes").mkdir()
    monkeypatch.setattr(generate, "PROBLEMS", tmp_path)
    assert generate.packages() == [tmp_path / "sum"]
