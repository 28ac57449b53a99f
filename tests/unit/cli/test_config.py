from __future__ import annotations

from pathlib import Path

import pytest

from cli.config import load_config, to_environ
from cli.errors import ConfigError


def mistakes_of(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load_config(environ)
    return {m.name: m.message for m in caught.value.mistakes}


def test_nothing_set_gives_loopback_and_no_foreign_servers():
    config = load_config({})

    assert config.listen == "127.0.0.1:8000"
    assert (config.redis_url, config.database_url) == (None, None)
    assert config.slot_count >= 1


def test_variables_become_values():
    config = load_config(
        {
            "BRIG_DATA_DIR": "/srv/brig",
            "BRIG_LISTEN": "[::1]:9000",
            "BRIG_SLOTS": "3",
            "BRIG_REDIS_URL": "unix:///run/redis.sock",
            "BRIG_TRUSTED_HOSTS": "judge.example.org,localhost",
            "PATH": "/usr/bin",
        }
    )

    assert config.data_dir == Path("/srv/brig")
    assert (config.listen_host, config.listen_port) == ("::1", 9000)
    assert config.slot_count == 3
    assert config.trusted_hosts == ("judge.example.org", "localhost")


def test_default_database_is_one_file_below_the_data_directory():
    config = load_config({"BRIG_DATA_DIR": "/srv/brig"})

    assert config.database_url_or_default == "sqlite:////srv/brig/state/brig.sqlite"


def test_relative_data_directory_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert load_config({"BRIG_DATA_DIR": "data"}).data_dir == tmp_path / "data"


def test_all_mistakes_are_listed_together():
    found = mistakes_of(
        {
            "BRIG_SLOTS": "none",
            "BRIG_LISTEN": "8000",
            "BRIG_REDIS_URL": "http://x",
            "BRIG_DATABASE_URL": "mysql://x",
            "BRIG_LOG_LEVEL": "loud",
            "BRIG_COLOUR": "red",
        }
    )

    assert set(found) == {
        "BRIG_SLOTS",
        "BRIG_LISTEN",
        "BRIG_REDIS_URL",
        "BRIG_DATABASE_URL",
        "BRIG_LOG_LEVEL",
        "BRIG_COLOUR",
    }


@pytest.mark.parametrize("value", ["0", "-1", "1025", "1.5", ""])
def test_slots_out_of_range_are_refused(value):
    assert "BRIG_SLOTS" in mistakes_of({"BRIG_SLOTS": value})


@pytest.mark.parametrize("value", ["", ":", ":80", "host", "host:", "host:65536", "host:8o"])
def test_listen_address_needs_host_and_port(value):
    assert "BRIG_LISTEN" in mistakes_of({"BRIG_LISTEN": value})


def test_misspelt_variable_is_refused_with_the_nearest_name():
    assert mistakes_of({"BRIG_LISTN": "x"}) == {
        "BRIG_LISTN": "no such setting; did you mean BRIG_LISTEN?"
    }


def test_password_in_a_url_is_not_repeated():
    found = mistakes_of({"BRIG_REDIS_URL": "http://user:secret@host"})

    assert "secret" not in found["BRIG_REDIS_URL"]


def test_switch_of_the_test_suite_stops_no_command():
    assert load_config({"BRIG_REQUIRE_JAIL": "1"}) == load_config({})


def test_file_gives_values_and_a_variable_wins(tmp_path):
    path = tmp_path / "brig.toml"
    path.write_text('slots = 2\nlisten = "127.0.0.1:1"\n')

    config = load_config({"BRIG_CONFIG": str(path), "BRIG_SLOTS": "5"})

    assert (config.slots, config.listen) == (5, "127.0.0.1:1")


@pytest.mark.parametrize("content", [b"slots = ", b"\xff\xfe"])
def test_broken_file_is_a_mistake(tmp_path, content):
    path = tmp_path / "brig.toml"
    path.write_bytes(content)

    assert "BRIG_CONFIG" in mistakes_of({"BRIG_CONFIG": str(path)})


def test_missing_file_is_a_mistake(tmp_path):
    found = mistakes_of({"BRIG_CONFIG": str(tmp_path / "absent.toml"), "BRIG_SLOTS": "0"})

    assert set(found) == {"BRIG_CONFIG", "BRIG_SLOTS"}


def test_configuration_is_frozen():
    config = load_config({})

    with pytest.raises(ValueError, match="frozen"):
        config.slots = 2  # type: ignore[misc]


def test_configuration_survives_the_way_through_variables():
    environ = {
        "BRIG_DATA_DIR": "/srv/brig",
        "BRIG_SLOTS": "3",
        "BRIG_CGROUP": "/sys/fs/cgroup/brig",
        "BRIG_TRUSTED_HOSTS": "a,b",
        "BRIG_SECURE_COOKIE": "yes",
    }
    config = load_config(environ)

    assert load_config(to_environ(config)) == config
