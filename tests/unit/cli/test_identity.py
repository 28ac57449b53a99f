from __future__ import annotations

from pathlib import Path

import pytest

from cli.errors import CannotServe
from cli.identity import Identity, first_closed, show_paths

STRANGER = Identity(uid=61_999, gid=61_999)


@pytest.fixture
def tree(tmp_path):
    """A directory that strangers can reach; pytest's own are closed to others."""
    open_above = tmp_path.stat().st_mode & 0o001
    if not open_above:
        for directory in (tmp_path, *tmp_path.parents[:2]):
            directory.chmod(0o755)
    (tmp_path / "closed" / "inside").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    (tmp_path / "open").mkdir()
    return tmp_path


def test_topmost_closed_directory_is_found(tree):
    assert first_closed(tree / "closed" / "inside", STRANGER) == tree / "closed"


def test_open_path_has_no_closed_directory(tree):
    assert first_closed(tree / "open", STRANGER) is None


def test_owner_and_group_have_rights_of_their_own(tree):
    closed = tree / "closed"
    status = closed.stat()

    assert first_closed(closed, Identity(uid=status.st_uid, gid=61_999)) is None
    closed.chmod(0o710)
    assert first_closed(closed, Identity(uid=61_999, gid=status.st_gid)) is None
    closed.chmod(0o001)
    assert first_closed(closed, Identity(uid=61_999, gid=status.st_gid)) == closed


def test_path_that_is_closed_itself_is_refused_with_a_cure(tree):
    with pytest.raises(CannotServe, match="chmod o\\+rx"):
        show_paths((tree / "closed",), STRANGER)


def test_open_paths_need_no_mounts(tree):
    before = Path("/proc/self/mountinfo").read_text()

    show_paths((tree / "open",), STRANGER)

    assert Path("/proc/self/mountinfo").read_text() == before
