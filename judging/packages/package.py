"""A problem package of the ICPC/Kattis legacy format, from a folder or a zip.

Opening reads and checks everything and runs nothing. All mistakes are listed together, and a
package with a mistake is not opened at all.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from judging.errors import BadPackage, PackageMistake
from judging.model import Checker, CheckerKind, Include, Problem, SourceFile
from judging.packages.jury import read_jury_submissions
from judging.packages.metadata import read_metadata
from judging.packages.mistakes import Mistakes
from judging.packages.testdata import TOP_GROUPS, TestDataReader
from judging.packages.tree import PackageTree
from judging.packages.zips import unpack_zip

if TYPE_CHECKING:
    from judging.packages.jury import JurySubmission
    from judging.packages.metadata import Metadata
    from judging.packages.testdata import PackageTest

_VALIDATOR_FOLDERS = ("input_validators", "input_format_validators")
_OTHER_LANGUAGES = (".ctd", ".viva")
# Only what can be no program: one that is overlooked would accept everything.
_NO_PROGRAM = re.compile(r"\.(h|hh|hpp|md|txt)$|/(README|LICENSE|Makefile)$")
_PROBLEM_NAME = re.compile(rb"\\problemname\{([^{}\n]{1,200})\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An opened package. Close it, or use it as a context manager: a zip was unpacked somewhere.

    `warnings` are what its format asks for and judging does not need.
    """

    root: Path
    problem: Problem
    tests: tuple[PackageTest, ...]
    jury_submissions: tuple[JurySubmission, ...]
    input_validators: tuple[Path, ...]
    time_multiplier: float
    time_safety_margin: float
    warnings: tuple[PackageMistake, ...] = ()
    unpacked_path: Path | None = None

    def close(self) -> None:
        """Remove what a zip was unpacked to."""
        if self.unpacked_path is not None:
            shutil.rmtree(self.unpacked_path, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_package(path: Path, *, name: str | None = None) -> Package:
    """Open a package folder, or a zip of one; `name` is that of the problem (default: the file's).

    A zip is unpacked into a temporary folder, which `close` removes. Raises BadPackage with every
    mistake, and FileNotFoundError when there is nothing at `path`.
    """
    name = name or path.resolve().name
    if path.is_dir():
        return _read_folder(path, name)
    if not path.exists():
        raise FileNotFoundError(f"there is no package at {path}")
    if not zipfile.is_zipfile(path):
        mistake = PackageMistake(path=path.name, line=None, message="is no folder and no zip")
        raise BadPackage((mistake,))
    unpacked_path = Path(tempfile.mkdtemp(prefix="brig-package-"))
    try:
        unpack_zip(path, unpacked_path)
        package = _read_folder(package_root(unpacked_path), name.rpartition(".")[0] or name)
    except BaseException:
        shutil.rmtree(unpacked_path, ignore_errors=True)
        raise
    return replace(package, unpacked_path=unpacked_path)


def package_root(unpacked_path: Path) -> Path:
    """Return where the package is: at the top of an unpacked zip, or in its only folder."""
    if (unpacked_path / "problem.yaml").is_file():
        return unpacked_path
    folders = [
        entry
        for entry in unpacked_path.iterdir()
        if entry.is_dir() and not entry.name.startswith((".", "_"))
    ]
    return folders[0] if len(folders) == 1 else unpacked_path


def _read_folder(root: Path, name: str) -> Package:
    mistakes = Mistakes()
    tree = PackageTree(root, mistakes)
    metadata = read_metadata(tree, mistakes)
    if metadata is None:
        mistakes.raise_if_any()
        raise AssertionError("unreadable metadata is a mistake")
    checker = _checker(tree, metadata, mistakes)
    tests = TestDataReader(tree, metadata, checker, mistakes).read()
    if tree.below("graders"):
        mistakes.add("graders", "custom graders are not supported yet")
    jury_submissions = read_jury_submissions(tree, mistakes)
    includes = _includes(tree, mistakes)
    mistakes.raise_if_any()
    return Package(
        root=tree.root,
        problem=_problem(name, metadata, (tree, checker, tests, includes)),
        tests=tests,
        jury_submissions=jury_submissions,
        input_validators=_input_validators(tree),
        time_multiplier=metadata.time_multiplier,
        time_safety_margin=metadata.time_safety_margin,
        warnings=_warnings(tree, jury_submissions),
    )


def _problem(
    name: str,
    metadata: Metadata,
    parts: tuple[PackageTree, Checker, tuple[PackageTest, ...], tuple[Include, ...]],
) -> Problem:
    tree, checker, tests, includes = parts
    return Problem(
        name=name,
        title=_title_in_statement(tree) or metadata.title or name,
        limits=metadata.limits,
        checker=checker,
        test_cases=tuple(test.test_case for test in tests),
        time_limit_is_given=metadata.time_limit_is_given,
        validation=metadata.validation,
        compilation=metadata.compilation,
        code_bytes=metadata.code_bytes,
        includes=includes,
    )


def _checker(tree: PackageTree, metadata: Metadata, mistakes: Mistakes) -> Checker:
    programs = _programs(tree, "output_validators")
    if metadata.checker_kind is CheckerKind.CUSTOM and not programs:
        mistakes.add("output_validators", "there is none, but problem.yaml says validation: custom")
    if metadata.checker_kind is CheckerKind.TOKENS and programs:
        mistakes.add(
            "output_validators", "are not used: problem.yaml does not say validation: custom"
        )
    return Checker(
        kind=metadata.checker_kind, flags=metadata.validator_flags, program_paths=programs
    )


def _programs(tree: PackageTree, folder: str) -> tuple[Path, ...]:
    """Return every program in a folder: each file but documents, each folder with files."""
    return tuple(
        tree.root / child
        for child in tree.children(folder)
        if tree.below(child) or (tree.file(child) and not _NO_PROGRAM.search(child))
    )


def _input_validators(tree: PackageTree) -> tuple[Path, ...]:
    found = (path for folder in _VALIDATOR_FOLDERS for path in _programs(tree, folder))
    return tuple(path for path in found if path.suffix not in _OTHER_LANGUAGES)


def _includes(tree: PackageTree, mistakes: Mistakes) -> tuple[Include, ...]:
    found: list[Include] = []
    for folder in tree.children("include"):
        if not tree.has_folder(folder):
            mistakes.add(folder, "belongs into a folder named after a language")
            continue
        files = tuple(
            SourceFile(name=file.name.removeprefix(f"{folder}/"), content=file.path.read_bytes())
            for file in tree.below(folder)
        )
        found.append(Include(code=folder.rpartition("/")[2], files=files))
    return tuple(found)


def _title_in_statement(tree: PackageTree) -> str:
    names = ("problem_statement/problem.en.tex", "problem_statement/problem.tex")
    for file in (tree.file(name) for name in names):
        if file is not None and (found := _PROBLEM_NAME.search(file.path.read_bytes()[:65536])):
            return found[1].decode("utf-8", "replace").strip()
    return ""


def _warnings(
    tree: PackageTree, jury_submissions: tuple[JurySubmission, ...]
) -> tuple[PackageMistake, ...]:
    warnings: list[PackageMistake] = []

    def warn(path: str, message: str) -> None:
        warnings.append(PackageMistake(path=path, line=None, message=message))

    if not any(s.name.startswith("accepted/") for s in jury_submissions):
        warn("submissions/accepted", "there is no accepted submission")
    if not _input_validators(tree):
        warn("input_validators", "there is no input validator")
    if not tree.below("problem_statement"):
        warn("problem_statement", "there is no problem statement")
    for child in tree.children("data"):
        if tree.has_folder(child) and child.rpartition("/")[2] not in TOP_GROUPS:
            warn(child, "is not used: test cases are those of data/sample and data/secret")
    for folder in _VALIDATOR_FOLDERS:
        for child in tree.children(folder):
            if child.endswith(_OTHER_LANGUAGES):
                warn(child, "is written in a language that is not supported; it is not run")
    return tuple(warnings)
