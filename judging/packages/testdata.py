"""The tree `data/`: test cases in their order, with the flags that `testdata.yaml` files give.

A group's settings are inherited from the nearest folder above that sets them. Sample comes before
secret; within each, cases and groups follow one another by base name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from judging.compare import parse_flags
from judging.model import Checker, CheckerKind, TestCase
from judging.packages.fields import Fields, Flags
from judging.packages.yaml_lines import read_yaml_map

if TYPE_CHECKING:
    from judging.packages.metadata import Metadata
    from judging.packages.mistakes import Mistakes
    from judging.packages.tree import PackageTree

_ROOT = "data"
TOP_GROUPS = ("sample", "secret")
_SCORING_KEYS = ("accept_score", "reject_score", "range")
_HARMLESS_GRADER_FLAGS = {"first_error", "worst_error", "no_errors", "sum", "avg", "min", "max"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTest:
    """A test case and the flags that input validators get for it."""

    test_case: TestCase
    input_flags: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    input_flags: Flags
    output_flags: Flags


class TestDataReader:
    """Reads the test cases of one package."""

    __test__ = False  # not a pytest class

    def __init__(
        self, tree: PackageTree, metadata: Metadata, checker: Checker, mistakes: Mistakes
    ) -> None:
        self._tree = tree
        self._metadata = metadata
        self._checker = checker
        self._mistakes = mistakes
        self._found: list[PackageTest] = []

    def read(self) -> tuple[PackageTest, ...]:
        """Return all test cases in judging order."""
        settings = _Settings(input_flags=Flags(), output_flags=Flags())
        settings = self._settings_of(_ROOT, settings)
        for child in self._tree.children(_ROOT):
            if child.endswith((".in", ".ans")):
                self._mistakes.add(child, "test cases belong into data/sample or data/secret")
        for group in TOP_GROUPS:
            self._read_group(f"{_ROOT}/{group}", settings)
        if not any(not test.test_case.is_sample for test in self._found):
            self._mistakes.add("data/secret", "there is no secret test case")
        return tuple(self._found)

    def _read_group(self, folder: str, inherited: _Settings) -> None:
        if not self._tree.has_folder(folder):
            return
        settings = self._settings_of(folder, inherited)
        children = self._tree.children(folder)
        for child in sorted(children, key=_base):
            if self._tree.has_folder(child):
                self._read_group(child, settings)
            elif child.endswith(".in"):
                self._read_case(child.removesuffix(".in"), settings)
            elif child.endswith(".ans") and f"{child.removesuffix('.ans')}.in" not in children:
                self._mistakes.add(child, "has no .in file beside it")

    def _read_case(self, base: str, settings: _Settings) -> None:
        input_file = self._tree.file(f"{base}.in")
        answer_file = self._tree.file(f"{base}.ans")
        if input_file is None:
            return
        if answer_file is None:
            self._mistakes.add(input_file.name, "has no .ans file beside it")
            return
        test_case = TestCase(
            name=base.removeprefix(f"{_ROOT}/"),
            input=input_file.path,
            answer=answer_file.path,
            is_sample=base.startswith(f"{_ROOT}/sample/"),
            checker=self._checker_with(settings.output_flags),
        )
        self._found.append(PackageTest(test_case=test_case, input_flags=settings.input_flags))

    def _checker_with(self, flags: Flags) -> Checker | None:
        """Return the checker of a group, or None where it is the problem's own."""
        programs = self._checker.program_paths
        extra = flags.of(programs[0].name if programs else "default")
        if not extra:
            return None
        return replace(self._checker, flags=self._checker.flags + extra)

    def _settings_of(self, folder: str, inherited: _Settings) -> _Settings:
        file = self._tree.file(f"{folder}/testdata.yaml")
        values = None if file is None else read_yaml_map(file.path, file.name, self._mistakes)
        if file is None or values is None:
            return inherited
        fields = Fields(values, file.name, self._mistakes)
        input_flags = fields.flags("input_validator_flags")
        output_flags = fields.flags("output_validator_flags")
        self._check_output_flags(fields, output_flags)
        _check_grading(fields)
        fields.done()
        return _Settings(
            input_flags=inherited.input_flags if input_flags is None else input_flags,
            output_flags=inherited.output_flags if output_flags is None else output_flags,
        )

    def _check_output_flags(self, fields: Fields, flags: Flags | None) -> None:
        if flags is None:
            return
        if flags.is_by_program and len(self._checker.program_paths) > 1:
            message = "flags of their own for each of several validators are not supported yet"
            fields.wrong("output_validator_flags", message)
        if self._checker.kind is CheckerKind.TOKENS:
            try:
                parse_flags(self._metadata.validator_flags + flags.of("default"))
            except ValueError as error:
                fields.wrong("output_validator_flags", str(error))


def _check_grading(fields: Fields) -> None:
    """Know the keys of grading; refuse those that change the verdict of a pass-fail problem."""
    fields.choice("on_reject", ("break", "continue"), "break")
    if fields.choice("grading", ("default", "custom"), "default") == "custom":
        fields.wrong("grading", "custom graders are not supported yet")
    for flag in fields.words("grader_flags"):
        if flag not in _HARMLESS_GRADER_FLAGS:
            fields.wrong("grader_flags", f"{flag!r} is not supported yet")
    for key in _SCORING_KEYS:
        if fields.line(key) is not None:
            fields.wrong(key, "is for scoring problems only")
    fields.skip(*_SCORING_KEYS)


def _base(name: str) -> str:
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last
