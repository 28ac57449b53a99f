"""`brig languages`: what this host can compile and run; `install NAME` brings one from Debian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import door, emit, note

if TYPE_CHECKING:
    from languages.model import LanguageInfo

app = typer.Typer(
    help="List the languages and what is installed; install one.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

_AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.callback(invoke_without_command=True)
def languages(context: typer.Context, *, as_json: _AsJson = False) -> None:
    """List the languages, with the versions installed on this host."""
    if context.invoked_subcommand is not None:
        context.obj = as_json
        return
    with door(as_json=as_json):
        from languages.registry import load_registry

        _show(load_registry().probe(), as_json=as_json)


@app.command()
def install(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Languages to install.")],
    *,
    as_json: _AsJson = False,
) -> None:
    """Install the Debian packages of languages with apt-get. Needs root."""
    as_json = as_json or bool(context.obj)
    with door(as_json=as_json):
        from cli.debian import install_languages
        from languages.registry import load_registry

        _show(install_languages(load_registry(), names, note), as_json=as_json)


def _show(infos: tuple[LanguageInfo, ...], *, as_json: bool) -> None:
    if as_json:
        emit({"languages": [_to_document(info) for info in infos]})
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "language", "version", "extensions", "Debian packages")
    for info in infos:
        version = info.version or "[dim]not installed[/]"
        row = (info.name, info.title, version, " ".join(info.extensions), " ".join(info.packages))
        table.add_row(*row)
    Console().print(table)


def _to_document(info: LanguageInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "title": info.title,
        "version": info.version,
        "installed": info.is_installed,
        "extensions": list(info.extensions),
        "kattis_codes": list(info.kattis_codes),
        "packages": list(info.packages),
    }
