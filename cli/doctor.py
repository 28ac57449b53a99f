"""`brig doctor`: what this host can enforce, what it lacks, and with `--plan` what jailers get."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import ExitCode, door, emit, note

if TYPE_CHECKING:
    from sandbox.doctor import Diagnosis
    from sandbox.plan import Plan

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Show what jailers are told.")] = False,
    cgroup: Annotated[Path | None, typer.Option(help="A delegated cgroup v2 directory.")] = None,
) -> None:
    """Say what this host can enforce, and what it lacks. Exit code 1 when it takes no work."""
    with door(as_json=as_json):
        from sandbox.doctor import Mode, diagnose
        from sandbox.supervisor import JailerConfig, make_plan

        config = JailerConfig(slots=1, cgroup=cgroup)
        if plan:
            _show_plan(make_plan(config), as_json=as_json)
            return
        diagnosis = diagnose(config)
        _show(diagnosis, as_json=as_json)
        if diagnosis.mode is Mode.REFUSED:
            raise typer.Exit(ExitCode.NEGATIVE)


def _show(diagnosis: Diagnosis, *, as_json: bool) -> None:
    if as_json:
        layers = [asdict(layer) for layer in diagnosis.layers]
        emit({"mode": diagnosis.mode.value, "layers": layers})
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("layer", "", "found", "cure", title=f"mode: {diagnosis.mode.value}")
    for layer in diagnosis.layers:
        mark = "yes" if layer.is_present else "MISSING" if layer.is_needed else "no"
        table.add_row(layer.name, mark, layer.found, "" if layer.is_present else layer.cure)
    Console().print(table)


def _show_plan(plan: Plan, *, as_json: bool) -> None:
    document: dict[str, Any] = {
        "instance": plan.instance,
        "cgroups": {
            "version": plan.cgroups.version,
            "paths": [str(path) for path in plan.cgroups.paths],
        },
        "cores": list(plan.cpus),
        "rootless": plan.is_rootless,
        "user_namespace": plan.has_user_namespace,
        "uid_base": plan.uid_base,
        "filter_instructions": len(plan.bpf_filter) // 8,
        "bounds": asdict(plan.bounds),
        "mounts": [{**asdict(mount), "kind": mount.kind.name.lower()} for mount in plan.mounts],
    }
    if as_json:
        emit(document)
        return
    from rich import print_json

    print_json(data=document)
    note("The last word on system calls is in docs/adr and sandbox/syscalls.py.")
