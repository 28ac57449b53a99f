"""A jail is fresh, shares nothing, and ends with its main process."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sandbox.archive import ArchiveFile, pack, unpack
from sandbox.errors import Cancelled, NoFreeSlot, SandboxError, SetupError
from sandbox.model import ExitKind, InputFile, RunSpec
from sandbox.sealed import SealedFile
from tests.jail.programs import limits, python, shell

pytestmark = pytest.mark.jail

IDENTITY = r"""
import os
for name in sorted(os.listdir('/proc/self/ns')):
    print(name, os.readlink('/proc/self/ns/' + name))
for line in open('/proc/self/mountinfo'):
    print('mount', line.split()[0], line.split()[4])
"""


def identity(output: bytes) -> dict[str, str]:
    lines = [line.split() for line in output.decode().splitlines()]
    namespaces = {line[0]: line[1] for line in lines if len(line) == 2}
    mounts = {f"mount {line[2]}": line[1] for line in lines if len(line) == 3}
    return namespaces | mounts


def test_two_runs_share_no_namespace_and_no_mount(slot, jailers, watch):
    with namespaces_kept(slot, watch) as first:
        second = identity(slot.run(python(IDENTITY)).stdout)
    assert {"pid", "mnt", "ipc", "uts", "net", "cgroup", "user"} <= set(first)
    assert {"mount /", "mount /usr", "mount /box", "mount /tmp", "mount /proc"} <= set(first)
    # Nobody makes time namespaces; every other identity is new.
    same = {name for name in first if first[name] == second.get(name)}
    # Without root, all jails of one instance are made inside one user namespace.
    assert same <= {"time", "time_for_children"} | ({"user"} if jailers.plan.is_rootless else set())


@contextmanager
def namespaces_kept(slot, watch):
    """Run once, keeping the namespaces: the kernel gives a dead one's number to the next."""
    code = IDENTITY + "\nimport sys, time; sys.stdout.flush(); time.sleep(1)"
    with ThreadPoolExecutor(1) as pool, ExitStack() as kept:
        run = pool.submit(slot.run, python(code))
        while not (found := watch._processes()):
            time.sleep(0.01)
        time.sleep(0.2)  # past the set-up of the program
        for name in Path(f"/proc/{found[0].split()[0]}/ns").iterdir():
            kept.callback(os.close, os.open(name, os.O_RDONLY))
        yield identity(run.result().stdout)


def test_two_runs_share_no_cgroup(slot, jailers):
    spec = python("import time; time.sleep(0.3)")
    seen = []
    for _ in range(2):
        before = cgroups(jailers)
        slot.run(spec)
        seen.append(before - cgroups(jailers))
    assert all(len(used) == 1 for used in seen)
    assert seen[0] != seen[1]


def cgroups(jailers) -> set[str]:
    base = jailers.plan.cgroups.paths[0] / jailers.plan.instance
    return {path.name for path in base.glob("s*") if path.is_dir()}


def test_no_namespace_of_the_host_is_shared(slot):
    inside = identity(slot.run(python(IDENTITY)).stdout)
    for name in ("pid", "mnt", "ipc", "uts", "net", "cgroup", "user"):
        assert inside[name] != str(Path(f"/proc/self/ns/{name}").readlink())


def test_program_holds_no_right(slot):
    status = slot.run(shell("cat /proc/self/status")).stdout.decode()
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert f"{name}:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status
    assert "Uid:\t65534" in status


def test_what_was_written_is_gone_in_the_next_run(slot):
    slot.run(shell("echo secret | tee /box/a /tmp/a /dev/shm/a > /dev/null"))
    result = slot.run(shell("ls -A /box /tmp /dev/shm"))
    assert result.stdout.split() == [b"/box:", b"/dev/shm:", b"/tmp:"]


def test_system_is_read_only_and_the_host_is_out_of_sight(slot):
    result = slot.run(shell("touch /usr/x /etc/x /x /app/x; ls -A / /home /root /var /usr/local"))
    assert result.stderr.count(b"Read-only file system") == 4
    assert b"/home" not in result.stdout.splitlines()[0]
    assert b"'/root': No such file or directory" in result.stderr


def test_environment_is_the_declared_one(slot):
    result = slot.run(RunSpec(argv=("/usr/bin/env",), limits=limits(), env=(("EXTRA", "1"),)))
    assert sorted(result.stdout.decode().split()) == [
        "EXTRA=1",
        "HOME=/box",
        "LANG=C.UTF-8",
        "PATH=/usr/bin:/bin",
        "TMPDIR=/tmp",
        "TZ=UTC",
    ]


def test_only_three_descriptors_are_open(slot):
    assert slot.run(shell("exec ls /proc/self/fd")).stdout.split() == [b"0", b"1", b"2", b"3"]


def test_no_program_can_wake_the_core_handler_of_the_host(slot):
    """A handler in core_pattern is root on the host; only a soft limit of 1 stops it (core(5))."""
    code = """
import resource
for limits in ((0, 0), (0, 1)):
    try: resource.setrlimit(resource.RLIMIT_CORE, limits)
    except ValueError: print("refused")
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
print([line.split()[4:6] for line in open('/proc/self/limits') if 'core' in line])
"""
    assert slot.run(python(code)).stdout.splitlines() == [
        b"refused",
        b"refused",
        b"[['1', '1']]",
    ]


def test_no_word_is_left_for_the_next_run_in_what_both_are_given(slot, jailers):
    """Times of a shared file can carry a message; setting them needs the right to write."""
    code = "import os\ntry: os.utime(0)\nexcept OSError: print('refused')"
    assert slot.run(python(code)).stdout == b"refused\n"
    # Without root the program owns what the service gives it (SECURITY.md).
    expected = b"" if jailers.plan.is_rootless else b"refused\n"
    with SealedFile.from_bytes(b"1 2\n") as stdin:
        assert slot.run(python(code, stdin=stdin)).stdout == expected


def test_there_is_no_network(slot):
    code = """
import socket
for address in ('127.0.0.1', '169.254.169.254', '8.8.8.8'):
    try: socket.create_connection((address, 80), 1)
    except OSError as error: print(error.errno)
"""
    assert slot.run(python(code)).stdout.split() == [b"97"] * 3  # EAFNOSUPPORT


@pytest.mark.parametrize(
    "code",
    [
        "os.setsid(); time.sleep(60)",
        "os.setsid(); os.fork() or time.sleep(60); os._exit(0)",
        "signal.signal(15, signal.SIG_IGN); time.sleep(60)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
    ],
)
def test_end_of_the_main_process_ends_what_it_started(slot, code):
    program = f"""
import os, signal, time
if os.fork() == 0:
    {code}
time.sleep(0.1)
print('main ends', flush=True)
"""
    started = time.monotonic()
    result = slot.run(python(program))
    assert (result.kind, result.stdout) == (ExitKind.EXITED, b"main ends\n")
    assert time.monotonic() - started < 2


def test_files_are_put_in_and_declared_outputs_come_out(slot):
    command = (
        "cat in/a.txt; mkdir -p out/deep; cp in/a.txt out/deep/b; chmod 755 out/deep/b; echo 1 > c"
    )
    files = (InputFile(name="in/a.txt", content=b"from outside\n"),)
    result = slot.run(shell(command, files=files, outputs=("c", "out/", "absent")))
    assert result.stdout == b"from outside\n"
    assert result.archive is not None
    collected = {file.name: (file.content, file.mode) for file in unpack(result.archive)}
    assert collected == {"c": (b"1\n", 0o644), "out/deep/b": (b"from outside\n", 0o755)}
    assert result.missing_outputs == ("absent",)


@pytest.mark.parametrize(
    "command",
    [
        "ln -s /etc/passwd out",
        "mkfifo out",
        "mkdir out",
        "ln -s /proc/self/environ out",
        "truncate -s 1G out",
        "echo x > out; chmod 000 out",
    ],
)
def test_output_that_is_no_plain_small_file_stays_inside(slot, command):
    spec = shell(command, outputs=("out",), file_bytes=2 << 30)
    result = slot.run(RunSpec(**{**fields(spec), "outputs_max_bytes": 1 << 20}))
    assert (result.archive, result.missing_outputs) == (b"", ("out",))


def test_outputs_are_collected_from_a_directory_closed_to_others(slot):
    result = slot.run(shell("echo 1 > out; chmod 700 .", outputs=("out",)))
    assert (result.archive is not None, result.missing_outputs) == (True, ())


def test_output_below_a_link_stays_inside(slot):
    result = slot.run(shell("ln -s /usr out", outputs=("out/", "out/bin/true")))
    assert (result.archive, result.missing_outputs) == (b"", ("out/bin/true",))


def fields(spec: RunSpec) -> dict:
    return {name: getattr(spec, name) for name in RunSpec.__dataclass_fields__}


def test_artefact_is_seen_read_only_by_every_run_of_the_lease(slot):
    script = ArchiveFile(
        name="bin/main", content=b"#!/bin/sh\necho run; echo x > /app/new\n", mode=0o755
    )
    spec = RunSpec(argv=("/app/bin/main",), limits=limits(), use_app=True)
    with SealedFile.from_bytes(pack([script])) as artefact:
        slot.load(artefact)
    for _ in range(3):
        result = slot.run(spec)
        assert result.stdout == b"run\n"
        assert b"Read-only file system" in result.stderr


def test_artefact_of_one_lease_is_gone_in_the_next(sandbox):
    script = ArchiveFile(name="main", content=b"#!/bin/sh\n", mode=0o755)
    with sandbox.lease(wait_s=10) as slot, SealedFile.from_bytes(pack([script])) as artefact:
        slot.load(artefact)
    with sandbox.lease(wait_s=10) as slot:
        assert slot.run(shell("ls -A /app")).stdout == b""
        with pytest.raises(SandboxError):
            slot.run(RunSpec(argv=("/app/main",), limits=limits(), use_app=True))


def test_damaged_artefact_is_refused(slot):
    with SealedFile.from_bytes(b"no archive") as artefact, pytest.raises(SetupError):
        slot.load(artefact)


def test_archive_with_a_name_that_climbs_is_refused(slot):
    data = pack([ArchiveFile(name="aa/xx", content=b"1")]).replace(b"aa/xx", b"../xx")
    with SealedFile.from_bytes(data) as artefact, pytest.raises(SetupError):
        slot.load(artefact)


def test_a_name_that_cannot_enter_costs_no_descriptor(slot):
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(ValueError, match="cannot enter"):
        slot.run(shell("true", files=(InputFile(name="../a", content=b""),)))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_missing_program_is_our_fault_and_named(slot):
    with pytest.raises(SetupError, match="exec: No such file"):
        slot.run(RunSpec(argv=("/usr/bin/absent",), limits=limits()))


def test_limit_beyond_the_plan_is_refused(sandbox):
    with sandbox.lease(wait_s=10) as slot, pytest.raises(SandboxError):
        slot.run(python("1", memory_bytes=1 << 50))


def test_cancel_ends_a_run_at_once(sandbox):
    import threading

    with sandbox.lease(wait_s=10) as slot:
        timer = threading.Timer(0.2, slot.cancel)
        timer.start()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            slot.run(python("import time; time.sleep(60)", wall_ms=60_000))
        timer.join()
        assert time.monotonic() - started < 2


def test_slots_are_leased_to_one_at_a_time(sandbox):
    with (
        sandbox.lease(wait_s=10),
        sandbox.lease(wait_s=10),
        pytest.raises(NoFreeSlot),
        sandbox.lease(wait_s=0.1),
    ):
        pass
    with sandbox.lease(wait_s=10):
        pass


def test_end_of_the_lease_ends_what_runs(sandbox, watch):
    from sandbox import client

    with sandbox.lease(wait_s=10) as slot:
        run = slot.run
        import threading

        def ignore_end():
            with pytest.raises((SandboxError, OSError, ValueError)):
                run(python("import time; time.sleep(60)", wall_ms=60_000))

        thread = threading.Thread(target=ignore_end)
        thread.start()
        time.sleep(0.3)
        assert isinstance(slot, client.JailerSlot)
        slot._connection.shutdown(2)
        thread.join(5)
        assert not thread.is_alive()
    deadline = time.monotonic() + 5
    while watch._processes() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert watch._processes() == []
