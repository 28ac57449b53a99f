from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.archive import ArchiveFile, is_safe_name, pack, unpack
from sandbox.errors import ProtocolError

safe_names = st.lists(
    st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=20).filter(
        lambda part: part not in {".", ".."} and len(part.encode("utf-8", "surrogateescape")) < 200
    ),
    min_size=1,
    max_size=3,
).map("/".join)
files = st.builds(
    ArchiveFile,
    name=safe_names,
    content=st.binary(max_size=50),
    mode=st.sampled_from([0o644, 0o755]),
)


@given(st.lists(files, max_size=5))
def test_what_was_packed_is_unpacked(given_files):
    assert list(unpack(pack(given_files))) == given_files


@given(st.binary(max_size=200))
def test_any_bytes_unpack_or_are_refused_by_name(data):
    names = []
    with contextlib.suppress(ProtocolError):
        names += [file.name for file in unpack(data)]
    assert all(is_safe_name(name) for name in names)


@pytest.mark.parametrize("cut", [1, 10, 16, 18])
def test_cut_archive_is_refused(cut):
    data = pack([ArchiveFile(name="ab", content=b"xyz")])
    with pytest.raises(ProtocolError):
        list(unpack(data[:cut]))


@pytest.mark.parametrize(
    "name", ["", "/x", "../x", "a/../b", "a//b", "./a", "a/", "a\0b", "x" * 256, "a/" * 600 + "b"]
)
def test_unsafe_name_neither_enters_nor_leaves(name):
    assert not is_safe_name(name)
    with pytest.raises(ValueError, match="cannot enter a jail"):
        pack([ArchiveFile(name=name, content=b"")])


def test_mode_is_one_of_two():
    packed = pack([ArchiveFile(name="a", content=b"", mode=0o4711)])
    assert [file.mode for file in unpack(packed)] == [0o755]
