from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli import debian
from cli.errors import CannotInstall
from cli.languages import app
from languages.errors import UnknownLanguage
from languages.registry import Registry, load_registry


@pytest.fixture
def host(monkeypatch, tmp_path):
    """A host where apt-get is a script and nothing but C is installed at first."""
    log = tmp_path / "apt.log"
    apt_get = tmp_path / "apt-get"
    installed = {"c"}

    def write(script: str) -> None:
        apt_get.write_text(f'#!/bin/sh\necho "$@" >>{log}\n{script}\n')
        apt_get.chmod(0o755)

    write("exit 0")
    monkeypatch.setattr(debian, "_APT_GET", str(apt_get))
    monkeypatch.setattr("os.geteuid", lambda: 0)

    def find(definition):
        if log.exists():
            installed.add("go")
        return "1" if definition.name in installed else None

    class Host:
        registry = Registry(load_registry()._definitions.values(), find=find)
        said: list[str] = []  # noqa: RUF012 - one per fixture
        apt_get_does = staticmethod(write)

        def install(self, *names: str):
            return debian.install_languages(self.registry, names, self.said.append)

        def calls(self) -> list[str]:
            return log.read_text().splitlines() if log.exists() else []

    return Host()


def test_missing_language_is_installed_and_described(host):
    (info,) = host.install("go")

    assert info.version == "1"
    assert len(host.calls()) == 1
    assert host.calls()[0].endswith("-- golang-go")


def test_language_that_works_needs_no_root_and_no_apt(host, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    (info,) = host.install("c")

    assert info.is_installed
    assert host.calls() == []


def test_without_root_the_cure_is_named(host, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(CannotInstall, match="needs root: sudo apt-get install golang-go"):
        host.install("go")


def test_without_apt_get_the_packages_are_named(host, monkeypatch):
    monkeypatch.setattr(debian, "_APT_GET", "/nonexistent/apt-get")

    with pytest.raises(CannotInstall, match=r"not Debian or Ubuntu.* golang-go"):
        host.install("go")


def test_unknown_language_is_refused_before_anything_is_installed(host):
    with pytest.raises(UnknownLanguage):
        host.install("go", "cobol")
    assert host.calls() == []


def test_lists_are_refreshed_once_and_the_last_words_are_told(host):
    host.apt_get_does("echo E: no such package; exit 100")

    with pytest.raises(CannotInstall, match="E: no such package"):
        host.install("go")
    assert [call.split()[0] for call in host.calls()] == ["install", "update", "install"]


def test_language_that_still_does_not_work_is_an_error(host):
    with pytest.raises(CannotInstall, match="ruby still does not work"):
        host.install("ruby")


def test_list_is_one_json_document():
    result = CliRunner().invoke(app, ["--json"])

    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [entry["name"] for entry in document["languages"]] == list(load_registry().names())
    assert all(entry["installed"] == (entry["version"] is not None) for entry in
               document["languages"])  # fmt: skip


def test_unknown_name_ends_with_bad_input_and_names_the_field():
    result = CliRunner().invoke(app, ["install", "cobol", "--json"])

    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["field"] == "language"
