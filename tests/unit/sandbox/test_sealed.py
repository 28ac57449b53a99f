from __future__ import annotations

import os

import pytest

from sandbox.sealed import SealedFile


def test_content_cannot_be_changed_by_anyone_who_holds_it():
    with SealedFile.from_bytes(b"abc") as sealed:
        reader = sealed.open_reader()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(reader, b"x")
        writer = os.open(f"/proc/self/fd/{reader}", os.O_WRONLY)
        with pytest.raises(PermissionError):
            os.write(writer, b"x")
        os.close(writer)
        os.close(reader)
        assert sealed.read() == b"abc"


def test_each_reader_has_an_offset_of_its_own():
    with SealedFile.from_bytes(b"abc") as sealed:
        first, second = sealed.open_reader(), sealed.open_reader()
        assert os.read(first, 3) == os.read(second, 3) == b"abc"
        os.close(first)
        os.close(second)


def test_size_and_bounded_read(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    with SealedFile.from_path(path) as sealed:
        assert (sealed.size_bytes, sealed.read(4)) == (10, b"0123")
