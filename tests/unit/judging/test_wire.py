"""Values survive the way over JSON unchanged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging.model import (
    Checker,
    CheckerKind,
    CompileResult,
    Explanation,
    JudgeLimits,
    Judgement,
    TestResult,
    Verdict,
)
from judging.wire import bytes_from_wire, bytes_to_wire, from_wire, to_wire

WHY = Explanation(reason="cpu", text="too slow", limit=1_000, value=1_200.5, unit="ms")
RESULT = TestResult(
    name="secret/01",
    verdict=Verdict.TLE,
    explanation=WHY,
    cpu_ms=1.5,
    signal="SIGKILL",
    stdout=b"\xff",
    stderr="é".encode(),
)
COMPILED = CompileResult(verdict=Verdict.AC, explanation=None, log=b"warning\n", from_cache=True)
VALUES = [
    WHY,
    RESULT,
    COMPILED,
    JudgeLimits(cpu_ms=1, wall_ms=2),
    Checker(kind=CheckerKind.CUSTOM, flags=("a", "b"), program_paths=(Path("/x/y"),)),
    Judgement(
        verdict=Verdict.TLE, explanation=WHY, compile=COMPILED, test_results=(RESULT,), score=0.0
    ),
    Judgement(verdict=Verdict.JE, explanation=None, compile=None, test_results=(), score=0.0),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda v: type(v).__name__)
def test_values_survive_json(value):
    assert value == from_wire(type(value), json.loads(json.dumps(to_wire(value), allow_nan=False)))


@given(st.binary())
def test_bytes_survive_and_name_their_encoding(content):
    wire = bytes_to_wire(content)
    assert content == bytes_from_wire(json.loads(json.dumps(wire)))
    assert ("text" in wire) != (wire.get("encoding") == "base64")


def test_nul_and_bad_utf8_become_base64():
    assert bytes_to_wire(b"a\0") == {"base64": "YQA=", "encoding": "base64"}
    assert bytes_to_wire(b"\xff") == {"base64": "/w==", "encoding": "base64"}


def test_unknown_verdicts_are_refused():
    with pytest.raises(ValueError, match="OK"):
        from_wire(CompileResult, {"verdict": "OK", "explanation": None, "log": {"text": ""}})
