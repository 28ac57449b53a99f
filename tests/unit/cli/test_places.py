from __future__ import annotations

import os

import pytest

from cli.config import load_config
from cli.errors import BadInput, CannotServe
from cli.identity import Identity
from cli.places import (
    lock_data,
    places_of,
    prepare_data,
    runtime_directory,
    start_logs_afresh,
    temporary_directory,
)

OURSELVES = Identity(uid=os.geteuid(), gid=os.getegid())


@pytest.fixture
def places(tmp_path):
    environ = {"BRIG_DATA_DIR": str(tmp_path / "data"), "BRIG_RUN_DIR": str(tmp_path / "run")}
    places = places_of(load_config(environ))
    prepare_data(places, OURSELVES)
    return places


def test_state_is_closed_to_others(places):
    assert places.state_path.stat().st_mode & 0o777 == 0o700
    assert places.redis_path.stat().st_mode & 0o777 == 0o700


def test_preparing_twice_changes_nothing(places):
    (places.state_path / "brig.sqlite").write_text("kept")

    prepare_data(places, OURSELVES)

    assert (places.state_path / "brig.sqlite").read_text() == "kept"


def test_data_directory_that_cannot_be_made_is_bad_input(tmp_path):
    (tmp_path / "file").write_text("")
    places = places_of(load_config({"BRIG_DATA_DIR": str(tmp_path / "file" / "data")}))

    with pytest.raises(BadInput, match="BRIG_DATA_DIR"):
        prepare_data(places, OURSELVES)


def test_second_holder_of_a_part_is_refused(places):
    with (
        lock_data(places, "web"),
        pytest.raises(CannotServe, match=f"process {os.getpid()}"),
        lock_data(places, "web"),
    ):
        pass


def test_parts_are_held_apart(places):
    with lock_data(places, "web"), lock_data(places, "worker"):
        assert {p.name for p in places.data_path.glob("lock-*")} == {"lock-web", "lock-worker"}


def test_lock_is_free_again_after_its_holder(places):
    with lock_data(places, "web"):
        pass
    with lock_data(places, "web"):
        pass


def test_runtime_directory_vanishes_with_what_is_in_it(places):
    with runtime_directory(places, OURSELVES):
        (places.runtime_path / "redis.sock").write_text("")

    assert not places.runtime_path.parent.exists()


def test_what_a_killed_server_left_is_gone_at_the_next_start(places):
    places.runtime_path.mkdir(parents=True)
    (places.runtime_path / "redis.sock").write_text("")

    with runtime_directory(places, OURSELVES):
        assert list(places.runtime_path.iterdir()) == []


def test_temporary_directory_is_emptied_without_following_links(places, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("kept")

    with temporary_directory(places, "web", OURSELVES) as path:
        (path / "link").symlink_to(tmp_path / "precious")

    assert not path.exists()
    assert (tmp_path / "precious" / "file").read_text() == "kept"


def test_large_log_is_kept_once(places, monkeypatch):
    monkeypatch.setattr("cli.places._LOG_KEPT_BYTES", 3)
    path = places.log_path("web")
    path.write_text("long")

    start_logs_afresh(places)

    assert not path.exists()
    assert path.with_name("web.log.1").read_text() == "long"


def test_logs_can_go_to_stderr(tmp_path):
    config = load_config({"BRIG_DATA_DIR": str(tmp_path), "BRIG_LOG_TO": "stderr"})

    assert places_of(config).log_path("web") is None
