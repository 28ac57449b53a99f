"""The jury's submissions of a package, and what each is expected to get.

The official folders say it by their name; elsewhere a tag `@EXPECTED_RESULTS@:` in the source does
(DOMjudge). Without either a submission is only an example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, assert_never

from judging.model import SourceFile, TestResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from judging.packages.mistakes import Mistakes
    from judging.packages.tree import PackageTree, TreeFile

_ROOT = "submissions"
_TAG = re.compile(rb"@EXPECTED_(?:RESULTS|SCORE)@:([^\r\n]*)", re.IGNORECASE)
_WORD = re.compile(r"[A-Z0-9.]+(?:[_ -][A-Z0-9.]+)*")
CRASHES = frozenset({Verdict.RTE, Verdict.MLE, Verdict.OLE, Verdict.SV})
_WRONG = frozenset({Verdict.WA, Verdict.PE})
_TAG_VERDICTS = {
    "ACCEPTED": {Verdict.AC},
    "CORRECT": {Verdict.AC},
    "WRONG-ANSWER": _WRONG,
    # DOMjudge's word for a wrong answer that is empty.
    "NO-OUTPUT": _WRONG,
    "TIME-LIMIT-EXCEEDED": {Verdict.TLE},
    "TIMELIMIT": {Verdict.TLE},
    # DOMjudge has no word for too much memory: it is a run error there.
    "RUN-TIME-ERROR": {Verdict.RTE, Verdict.MLE, Verdict.SV},
    "RUN-ERROR": {Verdict.RTE, Verdict.MLE, Verdict.SV},
    "COMPILER-ERROR": {Verdict.CE},
    "OUTPUT-LIMIT": {Verdict.OLE},
    "OUTPUT-LIMIT-EXCEEDED": {Verdict.OLE},
    "MEMORY-LIMIT": {Verdict.MLE},
    "MEMORY-LIMIT-EXCEEDED": {Verdict.MLE},
    "CHECK-MANUALLY": set(),
}


class Expectation(Enum):
    """What a submission's folder promises; TAGGED means one of the listed final verdicts."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    RUN_TIME_ERROR = "run_time_error"
    TAGGED = "tagged"
    NOTHING = "nothing"


_FOLDERS = {e.value: e for e in Expectation if e not in {Expectation.TAGGED, Expectation.NOTHING}}


@dataclass(frozen=True, slots=True, kw_only=True)
class JurySubmission:
    """One program below `submissions/`: a file, or a folder of files.

    `name` is its name below `submissions/`; `verdicts` are those that a tag lists.
    """

    name: str
    path: Path
    files: tuple[SourceFile, ...]
    expectation: Expectation
    verdicts: frozenset[Verdict] = frozenset()

    @property
    def expected(self) -> tuple[str, ...]:
        """The expected final verdicts as codes, in a fixed order."""
        return tuple(v.value for v in Verdict if v in self._expected_verdicts())

    def mismatch(self, final: Verdict, results: Iterable[TestResult]) -> str | None:
        """Say how a judgement of all test cases breaks the promise; None when it keeps it."""
        verdicts: set[Verdict] = {r.verdict for r in results} - {Verdict.SK} or {final}
        match self.expectation:
            case Expectation.NOTHING:
                return None
            case Expectation.TAGGED:
                return None if final in self.verdicts else f"{final.value} is not in its tag"
            case Expectation.ACCEPTED:
                return _broken(verdicts, some=frozenset({Verdict.AC}), others=frozenset())
            case Expectation.WRONG_ANSWER:
                return _broken(verdicts, some=_WRONG, others=frozenset({Verdict.AC}))
            case Expectation.TIME_LIMIT_EXCEEDED:
                others = _WRONG | {Verdict.AC}
                return _broken(verdicts, some=frozenset({Verdict.TLE}), others=others)
            case Expectation.RUN_TIME_ERROR:
                others = _WRONG | {Verdict.AC, Verdict.TLE}
                return _broken(verdicts, some=CRASHES, others=others)
        assert_never(self.expectation)

    def _expected_verdicts(self) -> frozenset[Verdict]:
        match self.expectation:
            case Expectation.ACCEPTED:
                return frozenset({Verdict.AC})
            case Expectation.WRONG_ANSWER:
                return frozenset({Verdict.WA})
            case Expectation.TIME_LIMIT_EXCEEDED:
                return frozenset({Verdict.TLE})
            case Expectation.RUN_TIME_ERROR:
                return frozenset({Verdict.RTE})
            case Expectation.TAGGED | Expectation.NOTHING:
                return self.verdicts
        assert_never(self.expectation)


def read_jury_submissions(tree: PackageTree, mistakes: Mistakes) -> tuple[JurySubmission, ...]:
    """Read every program that stands in a folder of `submissions/`."""
    found: list[JurySubmission] = []
    for folder in tree.children(_ROOT):
        if not tree.has_folder(folder):
            continue
        for child in tree.children(folder):
            files = tree.below(child) if tree.has_folder(child) else [tree.file(child)]
            present = [file for file in files if file is not None]
            if present:
                found.append(_submission(child, tree.root / child, present, mistakes))
    return tuple(found)


def expected_verdicts(content: bytes) -> tuple[frozenset[Verdict], str | None]:
    """Read the tag in a source: the verdicts it lists, and what is wrong with it (or None)."""
    tags = _TAG.findall(content)
    if not tags:
        return frozenset(), None
    if len(tags) > 1:
        return frozenset(), "holds more than one expected-results tag"
    verdicts: set[Verdict] = set()
    for part in tags[0].decode("utf-8", "replace").split(","):
        word = _WORD.match(part.strip().upper())  # what follows ends a comment: */ or -->
        key = "" if word is None else re.sub("[_ ]", "-", word[0])
        if key in _TAG_VERDICTS:
            verdicts |= _TAG_VERDICTS[key]
        elif not re.fullmatch(r"[0-9.]+", key):  # a number is a score, which may stand beside
            return frozenset(), f"expects the unknown result {part.strip()[:40]!r}"
    return frozenset(verdicts), None


def _submission(name: str, path: Path, files: list[TreeFile], mistakes: Mistakes) -> JurySubmission:
    prefix = f"{name}/"
    sources = tuple(
        SourceFile(name=file.name.removeprefix(prefix) if file.name != name else file.base,
                   content=_read(file, mistakes))
        for file in files
    )  # fmt: skip
    short = name.removeprefix(f"{_ROOT}/")
    expectation = _FOLDERS.get(short.partition("/")[0], Expectation.NOTHING)
    verdicts: frozenset[Verdict] = frozenset()
    if expectation is Expectation.NOTHING:
        for file, source in zip(files, sources, strict=True):
            tagged, wrong = expected_verdicts(source.content)
            if wrong is not None:
                mistakes.add(file.name, wrong)
            verdicts |= tagged
        expectation = Expectation.TAGGED if verdicts else Expectation.NOTHING
    return JurySubmission(
        name=short, path=path, files=sources, expectation=expectation, verdicts=verdicts
    )


def _read(file: TreeFile, mistakes: Mistakes) -> bytes:
    try:
        return file.path.read_bytes()
    except OSError as error:
        mistakes.add(file.name, f"cannot be read: {error.strerror}")
        return b""


def _broken(
    verdicts: set[Verdict], *, some: frozenset[Verdict], others: frozenset[Verdict]
) -> str | None:
    """Check that one verdict is among `some` and every one among `some` or `others`."""
    stray = sorted(v.value for v in verdicts - some - others)
    if stray:
        return f"{', '.join(stray)} on some test case"
    if not verdicts & some:
        return f"no test case gets {' or '.join(sorted(v.value for v in some))}"
    return None
