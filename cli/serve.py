"""`brig serve`: everything on one machine, from one process that only starts, watches and stops.

The way in: `serve` reads the configuration, `_serve` opens each part in order, and leaving its
ExitStack closes them in the opposite one. Run by root, this process and the jailers keep rights;
Redis, worker and web server run as the user `brig`.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from cli.config import load_config, to_environ
from cli.errors import BadInput, CannotServe
from cli.identity import needed_paths, service_user, show_paths
from cli.output import door, emit, note
from cli.places import (
    lock_data,
    places_of,
    prepare_data,
    runtime_directory,
    start_logs_afresh,
    temporary_directory,
)
from cli.processes import Family, Service, as_user, catch_stop_signals
from cli.redis_server import redis_service, redis_socket
from sandbox.supervisor import JailerConfig, start_jailers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from cli.config import Config
    from cli.identity import Identity
    from cli.places import Places
    from cli.processes import StopSignals

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_KEY_LABEL = "brig serve"
_BRIG = (sys.executable, "-m", "cli.main")
_HELPER_MAX_S = 60.0
_PROBE_MAX_S = 2.0
_BACKLOG = 512
_CURL = """\
curl -sS '{url}/api/v1/submissions?wait=30' -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d '{body}'"""
_EXAMPLE = {"language": "python3", "source": "print(6 * 7)", "expected_output": "42"}


class Part(Enum):
    """What can be started alone, in containers or on hosts of its own."""

    WEB = "web"
    WORKER = "worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every step of the start needs to know; `log` writes to the log of `serve`."""

    config: Config
    parts: frozenset[Part]
    places: Places
    user: Identity
    tmp_path: Path
    log: Callable[..., object]

    @property
    def has_web(self) -> bool:
        """Say whether the web server is started here."""
        return Part.WEB in self.parts

    @property
    def has_worker(self) -> bool:
        """Say whether jailers and a worker are started here."""
        return Part.WORKER in self.parts

    @property
    def is_whole(self) -> bool:
        """Say whether everything runs on this machine."""
        return self.has_web and self.has_worker

    def env(self, **settings: str) -> tuple[tuple[str, str], ...]:
        """Return the whole environment of a service; `settings` are further BRIG_ variables."""
        variables = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.places.state_path),
            "TMPDIR": str(self.tmp_path),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "BRIG_REDIS_URL": f"unix://{redis_socket(self.places)}",
            **to_environ(self.config),
            **{f"BRIG_{name.upper()}": value for name, value in settings.items()},
        }
        return tuple(variables.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKey:
    """The API key that lives as long as the server, and the token that opens the page once."""

    id: str
    text: str
    login_token: str

    @property
    def token_sha256(self) -> str:
        """What the web server is told of the token."""
        return hashlib.sha256(self.login_token.encode()).hexdigest()


@app.command()
def serve(
    *,
    only: Annotated[
        Part | None, typer.Option(help="Start one part, beside a Redis of your own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Announce it in JSON.")] = False,
) -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    with door(as_json=as_json), catch_stop_signals() as signals, ExitStack() as stack:
        config = load_config()
        parts = frozenset(Part) if only is None else frozenset({only})
        if only is not None and config.redis_url is None:
            raise BadInput("BRIG_REDIS_URL", "a part alone needs the Redis of the other parts")
        places, user = places_of(config), service_user()
        prepare_data(places, user)
        for part in sorted(part.value for part in parts):
            stack.enter_context(lock_data(places, part))
        start_logs_afresh(places)
        log = stack.enter_context(_open_log(places.log_path("serve")))
        tmp_path = stack.enter_context(
            temporary_directory(places, "-".join(sorted(p.value for p in parts)), user)
        )
        site = Site(
            config=config, parts=parts, places=places, user=user, log=log, tmp_path=tmp_path
        )
        with suppress(KeyboardInterrupt):  # a stop signal while it started
            _serve(site, signals, as_json=as_json)
        note("stopped")


def _serve(site: Site, signals: StopSignals, *, as_json: bool) -> None:
    """Open every part, announce the address, and watch until a signal or a failure."""
    with ExitStack() as stack:
        listener = stack.enter_context(closing(_listen(site.config))) if site.has_web else None
        show_paths(needed_paths(site.places.data_path), site.user)
        jailers = stack.enter_context(_jailers(site)) if site.has_worker else None
        key = stack.enter_context(_server_key(site)) if site.is_whole else None
        family = Family(signals, site.log)
        if site.config.redis_url is None:
            stack.enter_context(runtime_directory(site.places, site.user))
        stack.callback(family.stop)
        if site.config.redis_url is None:
            family.start(redis_service(site.places, site.user, site.env()))
        services = [_worker(site, jailers.run_path)] if jailers else []
        services += [_web(site, listener, key)] if listener else []
        family.start(*services)
        stack.callback(note, "stopping")
        _announce(site, listener, key, as_json=as_json)
        if family.watch(*([jailers.pidfd] if jailers else [])) is not None:
            raise CannotServe("the jailers have ended; their log says why")


@contextmanager
def _open_log(path: Path | None) -> Iterator[Callable[..., object]]:
    """Yield a function that writes `event` and its facts as a line of JSON."""
    with path.open("a", encoding="utf-8") if path else nullcontext(sys.stderr) as file:
        yield structlog.wrap_logger(
            structlog.WriteLogger(file),
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
        ).info


def _listen(config: Config) -> socket.socket:
    """Bind before anything else starts; gunicorn inherits the socket, also when it is restarted."""
    host, port = config.listen_host, config.listen_port
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = f"cannot listen on {config.listen}: {error.strerror or error}"
        raise BadInput("BRIG_LISTEN", f"{reason}; choose another, such as 127.0.0.1:0") from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningJailers:
    """Where the jailers' sockets are, and what tells of their end."""

    run_path: Path
    pidfd: int


@contextmanager
def _jailers(site: Site) -> Iterator[RunningJailers]:
    path = site.places.log_path("jailers")
    with path.open("a+b") if path else nullcontext(sys.stderr) as log:
        config = JailerConfig(
            slots=site.config.slot_count,
            run_dir=site.config.run_dir,
            cgroup=site.config.cgroup,
            client_uid=site.user.uid,
            log_fd=log.fileno(),
        )
        with start_jailers(config) as jailers:
            site.log("started", service="jailers", pid=jailers.pid, slots=config.slots)
            pidfd = os.pidfd_open(jailers.pid)
            try:
                yield RunningJailers(run_path=jailers.run_path, pidfd=pidfd)
            finally:
                os.close(pidfd)
        site.log("stopped", service="jailers")


@contextmanager
def _server_key(site: Site) -> Iterator[ServerKey]:
    """Make the key, and revoke it at the end; the next start revokes what a kill left."""
    make = ("create", "--label", _KEY_LABEL, "--replace", "--scope", "admin", "--json")
    document = _ask_key_command(site, *make)
    key = ServerKey(id=document["id"], text=document["key"], login_token=secrets.token_urlsafe(24))
    try:
        yield key
    finally:
        _ask_key_command(site, "revoke", key.id, "--json")


def _ask_key_command(site: Site, *args: str) -> dict[str, str]:
    """Run `brig key` as the service's user: root opens no file that others write."""
    result = subprocess.run(
        [*as_user(site.user), *_BRIG, "key", *args],
        env=dict(site.env()),
        capture_output=True,
        text=True,
        check=False,
        timeout=_HELPER_MAX_S,
        start_new_session=True,
        cwd="/",
    )
    if result.returncode != 0:
        raise CannotServe(f"the database cannot be used: {result.stderr.strip()}")
    document: dict[str, str] = json.loads(result.stdout)
    return document


def _worker(site: Site, jailers_path: Path) -> Service:
    return Service(
        name="worker",
        argv=(*_BRIG, "worker"),
        env=site.env(run_dir=str(jailers_path)),
        user=site.user,
        log_path=site.places.log_path("worker"),
        is_ready=lambda: True,
        stop_max_s=15.0,
    )


def _web(site: Site, listener: socket.socket, key: ServerKey | None) -> Service:
    gunicorn = (sys.executable, "-m", "gunicorn", "--config", "python:web.gunicorn_conf")
    bind = ("--bind", f"fd://{listener.fileno()}", "--no-control-socket")
    service = Service(
        name="web",
        argv=(*gunicorn, *bind, "cli.wsgi:application()"),
        env=site.env(),
        user=site.user,
        log_path=site.places.log_path("web"),
        is_ready=lambda: _answers(listener, "/readyz" if site.is_whole else "/healthz"),
        kept_fds=(listener.fileno(),),
    )
    if key is None:
        return service
    # The link is redeemed in the first one's memory: a second would not know that it was used.
    login = site.env(login_key=key.text, login_token_sha256=key.token_sha256)
    return replace(service, env=login, successor=service)


def _answers(listener: socket.socket, path: str) -> bool:
    """Say whether the web server answers a request with success."""
    host, port = listener.getsockname()[:2]
    connection = HTTPConnection(host, port, timeout=_PROBE_MAX_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _announce(
    site: Site, listener: socket.socket | None, key: ServerKey | None, *, as_json: bool
) -> None:
    document: dict[str, object] = {"slots": site.config.slot_count} if site.has_worker else {}
    if listener is not None:
        document["url"] = _url(listener)
    if key is not None:
        document |= _ways_in(str(document["url"]), key)
    site.log("serving", **{name: document[name] for name in ("slots", "url") if name in document})
    if as_json:
        emit(document)
    else:
        typer.echo("\n".join(_greeting(document, site.places.data_path)))


def _ways_in(url: str, key: ServerKey) -> dict[str, object]:
    return {
        "login_url": f"{url}/login?token={key.login_token}",
        "api_key": key.text,
        "curl": _CURL.format(url=url, key=key.text, body=json.dumps(_EXAMPLE)),
    }


def _greeting(document: Mapping[str, object], data_path: Path) -> Iterator[str]:
    slots = f", {document['slots']} slots" if "slots" in document else ""
    yield f"Brig serves on {document['url']}{slots}" if "url" in document else f"Brig judges{slots}"
    if "api_key" in document:
        yield f"  page      {document['login_url']}  (opens once)"
        yield f"  API key   {document['api_key']}  (ends with this server)"
    elif "url" in document:
        yield "  API key   make one with: brig key create --label NAME"
    yield f"  data      {data_path}"
    if "curl" in document:
        yield f"\n{document['curl']}\n"
    yield "Ctrl-C stops it."
