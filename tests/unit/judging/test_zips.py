"""Zips from strangers: every bad member is named and nothing is written outside."""

from __future__ import annotations

import io
import random
import stat
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from judging.errors import BadPackage
from judging.packages.package import open_package
from judging.packages.zips import ZipLimits, unpack_zip

PACKAGE = {
    "problem.yaml": b"name: Echo\n",
    "data/secret/1.in": b"",
    "data/secret/1.ans": b"",
    "submissions/accepted/a.py": b"",
}


def zipped(members: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer


def with_mode(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def raw_name(name: bytes) -> io.BytesIO:
    """Zip one member whose name no library would write."""
    content = zipped([("x" * len(name), b"")]).getvalue()
    return io.BytesIO(content.replace(b"x" * len(name), name))


def refusal(source: io.BytesIO, tmp_path, **limits: int) -> str:
    into = tmp_path / "into"
    into.mkdir(exist_ok=True)
    before = sorted(p for p in tmp_path.rglob("*") if not p.is_relative_to(into))
    with pytest.raises(BadPackage) as caught:
        unpack_zip(source, into, ZipLimits(**limits))
    assert before == sorted(p for p in tmp_path.rglob("*") if not p.is_relative_to(into))
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../evil", "leaves its folder"),
        ("a/../../evil", "leaves its folder"),
        ("a/./b", "not clean"),
        ("a//b", "not clean"),
        ("/etc/passwd", "absolute"),
        ("C:evil", "absolute"),
        ("a\nb", "control character"),
        ("x" * 300, "too long"),
        ("a/" * 600 + "b", "too long"),
    ],
)
def test_bad_names_are_refused(tmp_path, name, expected):
    assert expected in refusal(zipped([(name, b"x"), ("fine", b"")]), tmp_path)
    assert not any((tmp_path / "into").iterdir())


@pytest.mark.parametrize("name", [b"..\\evil", b"a\0b", b"\x1b[2J"])
def test_names_that_libraries_hide_are_refused(tmp_path, name):
    assert "backslash" in refusal(raw_name(name), tmp_path)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(stat.S_IFLNK, "symbolic link"), (stat.S_IFIFO, "special"), (stat.S_IFCHR, "special")],
)
def test_members_that_are_no_files_are_refused(tmp_path, kind, expected):
    assert expected in refusal(zipped([(with_mode("x", kind | 0o777), b"/etc")]), tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicates_and_clashes_are_refused(tmp_path):
    assert "x: stands twice" in refusal(zipped([("x", b"1"), ("x", b"2")]), tmp_path)
    assert "x/y: lies below x" in refusal(zipped([("x", b"1"), ("x/y", b"2")]), tmp_path)
    assert "x/y/z: lies below x" in refusal(zipped([("x", b"1"), ("x/y/z", b"2")]), tmp_path)


def test_bombs_are_refused(tmp_path):
    zeros = zipped([("zeros", bytes(3 << 20))])
    many = zipped([(str(i), b"") for i in range(30)])
    assert "far more" in refusal(zeros, tmp_path, ratio=100, ratio_from_bytes=1 << 20)
    assert "more than 1 MiB" in refusal(zeros, tmp_path, total_bytes=1 << 20)
    assert "30 members" in refusal(many, tmp_path, files=29)


def test_other_packing_and_damage_are_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x", b"x")
    assert "method" in refusal(buffer, tmp_path)
    good = zipped([("x", bytes(range(256)) * 40)]).getvalue()
    assert "no zip" in refusal(io.BytesIO(good[:50] + b"\xff" * 20 + good[70:]), tmp_path)
    assert "no zip" in refusal(io.BytesIO(b"nothing"), tmp_path)


def test_every_kind_of_damage_is_a_mistake_of_the_zip(tmp_path):
    good = zipped([("dätä/é.in", b"1" * 50), ("a/b", b"2" * 50)]).getvalue()
    chance = random.Random(1)  # the same damage in every run
    for _ in range(500):
        damaged = bytearray(good)
        for _ in range(3):
            damaged[chance.randrange(len(good))] = chance.choice((0, 1, 255))
        with tempfile.TemporaryDirectory(dir=tmp_path) as into, suppress(BadPackage):
            unpack_zip(io.BytesIO(damaged), Path(into))


@pytest.mark.parametrize("prefix", ["", "echo/"])
def test_packages_open_from_zips_and_leave_nothing(tmp_path, prefix):
    path = tmp_path / "echo.zip"
    path.write_bytes(zipped([(prefix + n, c) for n, c in PACKAGE.items()]).getvalue())
    with open_package(path) as package:
        assert (package.problem.name, package.problem.title) == ("echo", "Echo")
        assert package.unpacked_path is not None
        unpacked = package.unpacked_path
        assert unpacked.exists()
    assert not unpacked.exists()


def test_scripts_stay_executable(tmp_path):
    source = zipped([
        (with_mode("a/build", stat.S_IFREG | 0o755), b""),
        (with_mode("b/build", 0), b"#!/bin/sh\n"),
        (with_mode("c/other", 0), b"#!/bin/sh\n"),
    ])  # fmt: skip
    unpack_zip(source, tmp_path)
    modes = [(tmp_path / n).stat().st_mode & 0o111 for n in ("a/build", "b/build", "c/other")]
    assert [bool(mode) for mode in modes] == [True, True, False]


def test_what_is_no_package_is_said_to_be_none(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"hello")
    with pytest.raises(BadPackage, match="no folder and no zip"):
        open_package(tmp_path / "x.zip")
    with pytest.raises(FileNotFoundError):
        open_package(tmp_path / "absent")
