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
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from cli.config import load_config, to_environ
from cli.errors import BadInput, CannotServe
from cli.identity import needed_paths, service_user, show_paths
from cli.output import door, emit, note
from cli.places import lock_data, places_of, prepare_data, runtime_directory, start_logs_afresh
from cli.processes import Family, Service, as_user, catch_stop_signals
from cli.redis_server import redis_service, redis_socket
from sandbox.supervisor import JailerConfig, start_jailers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
curl -sS {url}/api/v1/submissions?wait=30 -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d '{body}'"""
_EXAMPLE = {"language": "python3", "source": "print(6 * 7)", "expected_output": "42"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every step of the start needs to know; `log` writes to `logs/serve.log`."""

    config: Config
    places: Places
    user: Identity
    log: Callable[..., object]

    def env(self, **settings: str) -> tuple[tuple[str, str], ...]:
        """Return the whole environment of a service; `settings` are further BRIG_ variables."""
        variables = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.places.state_path),
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
    def login_token_sha256(self) -> str:
        """What the web server is told of the token."""
        return hashlib.sha256(self.login_token.encode()).hexdigest()


@app.command()
def serve(
    *, as_json: Annotated[bool, typer.Option("--json", help="Announce it in JSON.")] = False
) -> None:
    """Start everything on this machine; Ctrl-C stops it."""
    with door(as_json=as_json), catch_stop_signals() as signals, ExitStack() as stack:
        config = load_config()
        places, user = places_of(config), service_user()
        prepare_data(places, user)
        stack.enter_context(lock_data(places))
        start_logs_afresh(places)
        log = stack.enter_context(_open_log(places.log_path("serve")))
        site = Site(config=config, places=places, user=user, log=log)
        with suppress(KeyboardInterrupt):  # a stop signal while it started
            _serve(site, signals, as_json=as_json)
        note("stopped")


def _serve(site: Site, signals: StopSignals, *, as_json: bool) -> None:
    """Open every part, announce the address, and watch until a signal or a failure."""
    with ExitStack() as stack:
        listener = stack.enter_context(closing(_listen(site.config)))
        show_paths(needed_paths(site.places.data_path), site.user)
        stack.enter_context(runtime_directory(site.places, site.user))
        jailers = stack.enter_context(_jailers(site))
        key = stack.enter_context(_server_key(site))
        family = Family(signals, site.log)
        stack.callback(family.stop)
        if site.config.redis_url is None:
            family.start(redis_service(site.places, site.user, site.env()))
        family.start(_worker(site, jailers.run_path), _web(site, listener, key))
        stack.callback(note, "stopping")
        _announce(site, _url(listener), key, as_json=as_json)
        if family.watch(jailers.pidfd) is not None:
            raise CannotServe(f"the jailers have ended; see {site.places.log_path('jailers')}")


@contextmanager
def _open_log(path: Path) -> Iterator[Callable[..., object]]:
    """Yield a function that writes `event` and its facts as a line of JSON."""
    with path.open("a", encoding="utf-8") as file:
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
    with site.places.log_path("jailers").open("a+b") as log:
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


def _web(site: Site, listener: socket.socket, key: ServerKey) -> Service:
    gunicorn = (sys.executable, "-m", "gunicorn", "--config", "python:web.gunicorn_conf")
    bind = ("--bind", f"fd://{listener.fileno()}")
    return Service(
        name="web",
        argv=(*gunicorn, *bind, "cli.wsgi:application()"),
        env=site.env(login_key=key.text, login_token_sha256=key.login_token_sha256),
        user=site.user,
        log_path=site.places.log_path("web"),
        is_ready=lambda: _is_ready(listener),
        kept_fds=(listener.fileno(),),
    )


def _is_ready(listener: socket.socket) -> bool:
    """Ask the web server whether it can take a submission and somebody will judge it."""
    host, port = listener.getsockname()[:2]
    connection = HTTPConnection(host, port, timeout=_PROBE_MAX_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP's OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _announce(site: Site, url: str, key: ServerKey, *, as_json: bool) -> None:
    login_url = f"{url}/login?token={key.login_token}"
    curl = _CURL.format(url=url, key=key.text, body=json.dumps(_EXAMPLE))
    site.log("serving", url=url)
    if as_json:
        emit({"url": url, "api_key": key.text, "login_url": login_url, "curl": curl})
        return
    typer.echo(
        f"Brig serves on {url}\n"
        f"  page      {login_url}  (opens once)\n"
        f"  API key   {key.text}  (ends with this server)\n"
        f"  data      {site.places.data_path}\n\n"
        f"{curl}\n\n"
        "Ctrl-C stops it."
    )
