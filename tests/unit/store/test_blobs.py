from __future__ import annotations

import hashlib
import io
import os
import threading

import pytest

from store.errors import BlobDamaged, BlobMissing


def test_a_blob_is_named_by_its_hash(blobs):
    ref = blobs.put(b"hello")

    assert ref.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert ref.size_bytes == 5
    assert blobs.get(ref.sha256) == b"hello"
    assert blobs.exists(ref.sha256)
    assert blobs.path(ref.sha256).parent.name == ref.sha256[:2]


def test_all_ways_in_give_the_same_blob(blobs, tmp_path):
    content = os.urandom(3 << 20)
    (tmp_path / "file").write_bytes(content)

    refs = {blobs.put(content), blobs.put_path(tmp_path / "file")}
    refs.add(blobs.put_stream(io.BytesIO(content)))

    assert len(refs) == 1
    with blobs.open(refs.pop().sha256) as file:
        assert file.read() == content


def test_the_same_content_is_written_once(blobs):
    path = blobs.path(blobs.put(b"x" * 100).sha256)
    inode = path.stat().st_ino

    blobs.put(b"x" * 100)
    blobs.put_stream(io.BytesIO(b"x" * 100))

    assert path.stat().st_ino == inode


def test_a_blob_put_again_looks_new_to_a_clean_up(blobs):
    path = blobs.path(blobs.put(b"old").sha256)
    os.utime(path, (1, 1))

    blobs.put(b"old")

    assert path.stat().st_mtime > 1


def test_nothing_is_left_of_a_broken_stream(blobs, tmp_path):
    class Broken(io.BytesIO):
        def read(self, _size=-1):
            raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        blobs.put_stream(Broken())

    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_what_a_killed_writer_left_is_removed_when_it_is_old(blobs, tmp_path):
    blobs.put(b"x")
    incoming = tmp_path / "blobs" / "incoming"
    (incoming / "old").write_bytes(b"half")
    (incoming / "new").write_bytes(b"half")
    os.utime(incoming / "old", (1, 1))

    blobs.remove_leftovers()

    assert [path.name for path in incoming.iterdir()] == ["new"]


def test_a_missing_blob_says_so(blobs):
    with pytest.raises(BlobMissing):
        blobs.get("0" * 64)
    assert not blobs.exists("0" * 64)


def test_a_damaged_blob_is_found_out_and_can_be_put_again(blobs):
    ref = blobs.put(b"hello")
    blobs.path(ref.sha256).write_bytes(b"hellO")

    with pytest.raises(BlobDamaged):
        blobs.get(ref.sha256)

    assert not blobs.exists(ref.sha256)
    blobs.put(b"hello")
    assert blobs.get(ref.sha256) == b"hello"


def test_a_truncated_blob_is_replaced_by_a_put(blobs):
    ref = blobs.put(b"hello")
    blobs.path(ref.sha256).write_bytes(b"he")

    blobs.put(b"hello")

    assert blobs.get(ref.sha256) == b"hello"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_that_is_no_hash_is_refused(blobs, name):
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.path(name)


def test_many_threads_put_the_same_blob(blobs):
    content = os.urandom(100_000)
    refs = []
    threads = [threading.Thread(target=lambda: refs.append(blobs.put(content))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refs) == 8
    assert len(set(refs)) == 1
    assert blobs.get(refs[0].sha256) == content
