"""`brig worker`: judge what is queued, with the jailers and the Redis that run already.

`brig serve` starts it as the service's user; on a host of a fleet systemd does.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cli.config import load_config
from cli.errors import BadInput
from cli.output import door, emit
from cli.places import work_as_service_user

if TYPE_CHECKING:
    from cli.config import Config
    from store.model import HostRecord
    from worker.settings import WorkerSettings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def worker(
    *, as_json: Annotated[bool, typer.Option("--json", help="Say in JSON what it offers.")] = False
) -> None:
    """Judge submissions until SIGTERM; logs go to stderr."""
    with door(as_json=as_json):
        raise typer.Exit(_judge(load_config(), as_json=as_json))


def worker_settings(config: Config) -> WorkerSettings:
    """Tell a worker what the configuration says. Raises BadInput."""
    from worker.settings import WorkerSettings

    if config.redis_url is None:
        raise BadInput("BRIG_REDIS_URL", "a worker needs it; brig serve brings a Redis of its own")
    return WorkerSettings(
        state_path=config.state_dir,
        jailers_path=config.run_dir,
        redis_url=config.redis_url,
        database_url=config.database_url_or_default,
        slots=config.slot_count,
        log_level=config.log_level,
    )


def _judge(config: Config, *, as_json: bool) -> int:
    from languages.registry import load_registry
    from worker.app import describe_host, run_worker
    from worker.logs import log_to_stderr

    settings = worker_settings(config)
    work_as_service_user(config)
    log_to_stderr(settings.log_level, process="worker", pid=os.getpid())
    registry = load_registry()
    registry.probe()
    host = describe_host(settings, registry)
    if as_json:
        emit(_document(host))
    return run_worker(settings, registry, host)


def _document(host: HostRecord) -> dict[str, object]:
    return {
        "host": host.id,
        "slots": host.slots,
        "languages": {language.name: language.version for language in host.languages},
    }
