"""The default validator's rules, its first difference, and properties that must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging import compare
from judging.compare import TokenRules, first_difference, number, parse_flags


def agrees(output: bytes, answer: bytes, *flags: str) -> bool:
    return first_difference(output, answer, parse_flags(flags)) is None


@pytest.mark.parametrize(
    ("output", "answer", "flags", "expected"),
    [
        (b"", b"", (), True),
        (b"a b\n", b"a\tb", (), True),
        (b"a\v\fb\r\n", b"a b\n", (), True),
        (b"a\x1fb", b"a b", (), False),
        (b"Yes", b"yES", (), True),
        (b"Yes", b"yES", ("case_sensitive",), False),
        ("É".encode(), "é".encode(), (), False),
        (b"1 2 3", b"1 2", (), False),
        (b"1 2", b"1 2 3", (), False),
        (b"  \n", b"1", (), False),
        (b"a b\n", b"a b\n", ("space_change_sensitive",), True),
        (b"a b", b"a b\n", ("space_change_sensitive",), False),
        (b"a b\n\n", b"a b\n", ("space_change_sensitive",), False),
        (b" a b\n", b"a b\n", ("space_change_sensitive",), False),
        (b"a  b\n", b"a b\n", ("space_change_sensitive",), False),
        (b"A b\n", b"a b\n", ("space_change_sensitive",), True),
        (b"A b\n", b"a b\n", ("space_change_sensitive", "case_sensitive"), False),
        (b"1.0", b"1", (), False),
        (b"1.0", b"1", ("float_tolerance", "1e-9"), True),
        (b"1.09", b"1", ("float_tolerance", "0.1"), True),
        (b"1.11", b"1", ("float_absolute_tolerance", "0.1"), False),
        (b"109", b"100", ("float_absolute_tolerance", "0.1"), False),
        (b"109", b"100", ("float_relative_tolerance", "0.1"), True),
        (b"0.0001", b"0", ("float_relative_tolerance", "0.1"), False),
        (b"-0", b"0", ("float_relative_tolerance", "0.1"), True),
        (b"nan", b"1", ("float_tolerance", "1"), False),
        (b"inf", b"1e300", ("float_relative_tolerance", "1"), False),
        (b"nan", b"NaN", ("float_tolerance", "1"), True),
        (b"1e400", b"1e400", ("float_tolerance", "1"), True),
        (b"1e401", b"1e400", ("float_tolerance", "1"), False),
        (b"inf", b"1e400", ("float_tolerance", "1"), False),
        (b"1_000", b"1000", ("float_tolerance", "1"), False),
        (b"1,5", b"1.5", ("float_tolerance", "1"), False),
        (b"\xef\xbc\x91", b"1", ("float_tolerance", "1"), False),
        (b"0x10", b"16", ("float_tolerance", "0"), True),
        (b"0x1p4", b"16", ("float_tolerance", "0"), True),
        (b"16x", b"16", ("float_tolerance", "1"), False),
        (b"1e", b"1", ("float_tolerance", "0"), True),
        (b"1e0e", b"1", ("float_tolerance", "0"), False),
        (b"1.5", b"abc", ("float_tolerance", "1"), False),
        (b"ABC", b"abc", ("float_tolerance", "1"), True),
        (b"2", b"1", ("float_tolerance", "-1"), False),
        (b"42\x00junk", b"42", (), False),
        (b"42\x00", b"42", ("float_tolerance", "1"), False),
        (b"\x00", b"42", (), False),
    ],
)
def test_default_validator_rules(output, answer, flags, expected):
    assert expected == agrees(output, answer, *flags)


@pytest.mark.parametrize(
    "flags",
    [
        ("unknown",),
        ("float_tolerance",),
        ("float_tolerance", "nan"),
        ("float_tolerance", "inf"),
        ("float_relative_tolerance", "1_0"),
        ("case_sensitive", "1e-6"),
    ],
)
def test_bad_flags_are_named(flags):
    with pytest.raises(ValueError, match=r"flag|needs a number"):
        parse_flags(flags)


def test_last_tolerance_wins():
    rules = parse_flags(["float_tolerance", "1", "float_absolute_tolerance", "0.5"])
    assert (rules.float_absolute_tolerance, rules.float_relative_tolerance) == (0.5, 1.0)


def test_first_difference_names_line_and_token():
    difference = first_difference(b"1 2\n\n3 5\n", b"1 2\n3\n4\n", TokenRules())
    assert difference is not None
    assert (difference.line, difference.answer_line, difference.token) == (3, 3, 4)
    assert (difference.expected, difference.found) == ("4", "5")


def test_ends_are_told_apart():
    short = first_difference(b"1\n", b"1 2\n", TokenRules())
    long = first_difference(b"1 2 3\n", b"1 2\n", TokenRules())
    assert short is not None
    assert long is not None
    assert (short.expected, short.found) == ("2", None)
    assert (long.expected, long.found) == (None, "3")


def test_white_space_and_odd_bytes_are_visible():
    rules = parse_flags(["space_change_sensitive"])
    spaces = first_difference(b"a\t\nb", b"a b", rules)
    odd = first_difference(b'a\x1b[31m\xff"', b"b", TokenRules())
    assert spaces is not None
    assert odd is not None
    assert (spaces.found, spaces.expected) == ("\\t\\n", " ")
    assert odd.found == 'a\\x1b[31m\\xff\\"'


def test_contexts_of_huge_tokens_are_bounded_and_show_the_difference():
    output, answer = b"x" * 3_000_000 + b"Q" + b"z" * 9, b"x" * 3_000_000 + b"R"
    difference = first_difference(output, answer, TokenRules())
    assert difference is not None
    assert "Q" in str(difference.found)
    assert "R" in str(difference.expected)
    assert len(str(difference)) < 400


def test_answers_are_read_from_files(tmp_path):
    path = tmp_path / "1.ans"
    path.write_bytes(b"1 2\n" * 200_000)
    assert first_difference(b"1 2\n" * 200_000, path, TokenRules()) is None
    assert first_difference(b"1\n2 " * 200_000, path, TokenRules()) is None
    late = first_difference(b"1 2\n" * 199_999 + b"1 3\n", path, TokenRules())
    assert late is not None
    assert (late.line, late.token) == (200_000, 400_000)


PIECES = st.sampled_from(
    [b" ", b"\n", b"\t", b"\r\n", b"\v", b"a", b"A", b"b", b"1", b"2", b".", b"e", b"-", b"0x",
     b"p", b"\0", b"\xff", b"inf", b"nan", b"_"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map(b"".join)
RULES = st.builds(
    TokenRules,
    case_sensitive=st.booleans(),
    space_change_sensitive=st.booleans(),
    float_absolute_tolerance=st.sampled_from([-1.0, 0.0, 0.5]),
    float_relative_tolerance=st.sampled_from([-1.0, 0.0, 0.5]),
)


@given(TEXTS, RULES)
def test_everything_agrees_with_itself(text, rules):
    assert first_difference(text, text, rules) is None
    assert first_difference(text + b" ", text + b"\n", TokenRules()) is None


@given(TEXTS, TEXTS, RULES)
def test_small_chunks_change_nothing(output, answer, rules):
    whole = first_difference(output, answer, rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "_CHUNK_BYTES", 2)
        assert whole == first_difference(output, answer, rules)


@given(TEXTS, TEXTS)
def test_without_flags_tokens_decide(output, answer):
    expected = output.lower().split() == answer.lower().split()
    assert expected == agrees(output, answer)


@given(TEXTS, TEXTS)
def test_strict_flags_accept_only_what_lax_ones_accept(output, answer):
    if agrees(output, answer, "case_sensitive", "space_change_sensitive"):
        assert agrees(output, answer)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_as_written(value):
    assert value == number(repr(value).encode())
    assert value == number(value.hex().encode())
