from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from cli import redis_server
from cli.errors import CannotServe
from cli.redis_server import answers, find_server, version_of

if TYPE_CHECKING:
    from pathlib import Path


def program(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", (7, 0)),
        ("Valkey server v=8.1.0 sha=00000000:0 malloc=jemalloc bits=64", (8, 1)),
        ("hello", ()),
    ],
)
def test_version_is_read_from_what_the_program_says(tmp_path, says, version):
    assert version_of(program(tmp_path / "server", says)) == version


def test_first_server_that_is_new_enough_is_taken(tmp_path, monkeypatch):
    old = program(tmp_path / "old", "Redis server v=6.0.9 sha=0")
    new = program(tmp_path / "new", "Redis server v=6.2.14 sha=0")
    monkeypatch.setattr(redis_server, "_candidates", lambda: [old, new])

    assert find_server() == new


def test_no_server_is_a_message_with_a_cure(monkeypatch):
    monkeypatch.setattr(redis_server, "_candidates", list)

    with pytest.raises(CannotServe, match="apt-get install redis-server"):
        find_server()


@pytest.mark.parametrize(
    ("answer", "is_ready"),
    [(b"+PONG\r\n", True), (b"-LOADING Redis is loading the dataset in memory\r\n", False)],
)
def test_server_is_ready_once_it_has_read_its_data(tmp_path, answer, is_ready):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(64)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert answers(path) is is_ready
        thread.join()


def test_absent_server_does_not_answer(tmp_path):
    assert answers(tmp_path / "absent") is False
