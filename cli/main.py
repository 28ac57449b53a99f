"""The `brig` command. Each subcommand is the `app` of `cli/<name>.py`, imported when it is run.

The way in: `main` reads the subcommand's name, imports its module, and hands over the rest. With
`--json` also what the command line itself gets wrong is told in a document.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, Any

import typer

COMMANDS = {
    "serve": "Start everything on this machine: Redis, jailer, worker and web server.",
    "worker": "Judge submissions from the queue (jailers and Redis are running already).",
    "run": "Run one program in a jail and say what it did.",
    "judge": "Judge submissions against a problem package.",
    "verify": "Judge every jury submission of a package against its expected verdict.",
    "languages": "List the languages and what is installed; install one.",
    "doctor": "Say what this host can enforce, and what it lacks.",
    "key": "Create, list and revoke API keys.",
}

app = typer.Typer(
    name="brig",
    help="Brig runs code that nobody trusts and says what it did.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _show_version(value: bool) -> None:  # noqa: FBT001 - the signature of a typer callback
    if value:
        from importlib.metadata import version

        typer.echo(f"brig {version('brig')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    pass


def _add_to_help(name: str, text: str) -> None:
    """Let `brig --help` list a command without importing it; `main` never calls this one."""

    @app.command(name, help=text)
    def command() -> None:
        _run(name, [])


for _name, _text in COMMANDS.items():
    _add_to_help(_name, _text)


def _run(name: str, args: list[str], **how: Any) -> Any:
    module = import_module(f"cli.{name}")
    return module.app(args=args, prog_name=f"brig {name}", **how)


def main() -> None:
    """Run the command line of this process."""
    args = sys.argv[1:]
    try:
        if "--json" in args:
            _main_for_json(args)
        else:
            _dispatch(args)
    except KeyboardInterrupt:  # while modules are loaded; later each command has its door
        sys.exit(130)


def _main_for_json(args: list[str]) -> None:
    from cli.output import door

    with door(as_json=True):
        exit_code = _dispatch(args, standalone_mode=False)  # raises what it would have printed
    sys.exit(exit_code)


def _dispatch(args: list[str], **how: Any) -> Any:
    if args and args[0] in COMMANDS:
        return _run(args[0], args[1:], **how)
    return app(args=args, **how)


if __name__ == "__main__":
    main()
