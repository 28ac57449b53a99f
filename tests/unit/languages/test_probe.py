from __future__ import annotations

import pytest

from languages import probe
from languages.definition import read_definitions
from languages.probe import find_version
from tests.unit.languages.toy import DEFAULTS, toy


@pytest.fixture
def tool(tmp_path, monkeypatch):
    monkeypatch.setattr(probe, "_IN_JAIL", (f"{tmp_path}/",))
    path = tmp_path / "tool"

    def write(script: str):
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        run = f'{{ argv = ["{path}"] }}'
        text = DEFAULTS + toy(run=run).replace("/usr/bin/toy", str(path))
        return read_definitions(text)[0]

    return write


def test_version_is_read_from_either_stream(tool):
    assert find_version(tool("echo version 42")) == "42"
    assert find_version(tool("echo version 43 >&2")) == "43"


@pytest.mark.parametrize("script", ["exit 1", "echo 42; exit 1", "echo none", "kill $$"])
def test_tool_that_does_not_answer_is_not_installed(tool, script):
    assert find_version(tool(script)) is None


def test_tool_that_is_not_there_is_not_installed(tool, tmp_path):
    definition = tool("echo 42")
    (tmp_path / "tool").unlink()

    assert find_version(definition) is None


def test_environment_of_the_caller_does_not_reach_the_tool(tool, monkeypatch):
    monkeypatch.setenv("LD_PRELOAD_VERSION", "99")

    assert find_version(tool('echo "${LD_PRELOAD_VERSION:-1}"')) == "1"


def test_tool_that_leads_out_of_what_jails_see_is_not_installed(tool, tmp_path, monkeypatch):
    definition = tool("echo 42")
    monkeypatch.setattr(probe, "_NOT_IN_JAIL", (f"{tmp_path}/elsewhere/",))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tool").rename(tmp_path / "elsewhere" / "tool")
    (tmp_path / "tool").symlink_to("elsewhere/tool")

    assert find_version(definition) is None
