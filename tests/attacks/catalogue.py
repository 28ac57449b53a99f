"""The hostile programs below this folder, and what the kernel must have seen of each."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field

from sandbox.model import ExitKind

MIB = 1 << 20
_PAGE_ZERO = 0x0100000
_NUMBERS = {  # x86-64
    "ptrace": 101, "syslog": 103, "personality": 135, "pivot_root": 155, "adjtimex": 159,
    "chroot": 161, "acct": 163, "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169,
    "sethostname": 170, "iopl": 172, "init_module": 175, "quotactl": 179, "clock_settime": 227,
    "kexec_load": 246, "add_key": 248, "keyctl": 250, "unshare": 272, "perf_event_open": 298,
    "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308,
    "process_vm_readv": 310, "kcmp": 312, "finit_module": 313, "bpf": 321, "userfaultfd": 323,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "pidfd_getfd": 438,
    "mount_setattr": 442, "memfd_secret": 447, "clone": 56, "socket": 41, "ioctl": 16,
    "mknod": 133, "settimeofday": 164,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One hostile run. None means: not looked at."""

    name: str
    arguments: tuple[str, ...] = ()
    kinds: frozenset[ExitKind]
    exit_code: int | None = 0
    signal: int | None = None
    stdout: bytes | None = None
    denied: str | None = None
    missing: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    hits_processes: bool = False

    def __str__(self) -> str:
        return "-".join((self.name, *self.arguments))


def _ends(name: str, *arguments: str, stdout: bytes | None = b"", **more) -> Attack:
    return Attack(
        name=name,
        arguments=arguments,
        kinds=frozenset({ExitKind.EXITED}),
        stdout=stdout,
        **more,
    )


def _dies(name: str, number: int, **more) -> Attack:
    return Attack(name=name, kinds=frozenset({ExitKind.SIGNALED}), signal=number, **more)


def _hits(kind: ExitKind, name: str, *arguments: str, **more) -> Attack:
    return Attack(name=name, arguments=arguments, kinds=frozenset({kind}), **more)


def _spins(name: str, *arguments: str, **more) -> Attack:
    return _hits(ExitKind.CPU_LIMIT, name, *arguments, limits={"cpu_ms": 300}, **more)


def _bombs(name: str) -> Attack:
    return _hits(ExitKind.CPU_LIMIT, name, limits={"cpu_ms": 1000}, hits_processes=True)


def _fills(name: str, *arguments: str, **limits: int) -> Attack:
    return _hits(ExitKind.MEMORY_LIMIT, name, *arguments, limits=limits)


def _denied(name: str, *arguments: str, denied: str) -> Attack:
    return _hits(ExitKind.SYSCALL_DENIED, name, *arguments, denied=denied)


def _forbidden(call: str, *arguments: int) -> Attack:
    numbers = [str(value) for value in (_NUMBERS[call], *arguments)]
    return _denied("syscall", *numbers, denied=call)


def _refused(number: int, *arguments: int, error: int) -> Attack:
    values = [str(value) for value in (number, *arguments)]
    return _ends("syscall", *values, stdout=f"-1 {error}\n".encode())


PROCESSES = (
    _bombs("fork_bomb"),
    _bombs("vfork_bomb"),
    _bombs("clone_parent_bomb"),
    _bombs("thread_bomb"),
    _spins("exec_loop"),
    _ends("fork_then_answer", stdout=b"answer\n"),
    _ends("zombie_hoard", stdout=b"15\n", hits_processes=True),
    _ends("daemon", stdout=b"main ends\n"),
    _ends("kill_all", stdout=b"alone\n"),
)

MEMORY = (
    _fills("memory_heap"),
    _fills("memory_child"),
    _fills("memory_children"),
    _fills("memory_files", "/box"),
    _fills("memory_files", "/tmp"),
    _fills("memory_files", "/dev/shm"),
    _fills("memory_memfd"),
    _fills("memory_shm"),
    _fills("memory_page_tables"),
    _fills("memory_pipes", open_files=512),
    _fills("memory_heap", memory_bytes=4096),
    _dies("recursion", 11, limits={"stack_bytes": 8 * MIB}),
    _fills("recursion", stack_bytes=1 << 30),
)

TIME = (
    _spins("spin", "c"),
    _spins("spin", "t"),
    _spins("ignore_signals"),
    _hits(ExitKind.CPU_LIMIT, "own_limits", stdout=b"0\n", limits={"cpu_ms": 300}),
    *(
        _hits(ExitKind.WALL_LIMIT, "sleep_forever", way, limits={"wall_ms": 300})
        for way in ("p", "s", "t", "n")
    ),
    _hits(ExitKind.WALL_LIMIT, "answer_then_hang", stdout=b"answer\n", limits={"wall_ms": 500}),
)

OUTPUT = (
    _hits(ExitKind.OUTPUT_LIMIT, "output_flood", "1", limits={"output_bytes": MIB}, stdout=None),
    _hits(ExitKind.OUTPUT_LIMIT, "output_flood", "2", limits={"output_bytes": MIB}),
    _ends("output_count", "1000", stdout=b"x" * 500, limits={"output_bytes": 1000}),
    _hits(ExitKind.OUTPUT_LIMIT, "output_count", "1001", limits={"output_bytes": 1000}),
    _ends("close_everything"),
)

FILES = (
    _dies("file_size", 25, limits={"file_bytes": MIB}),
    _ends("inodes", "f", stdout=b"1\n"),
    _ends("inodes", "d", stdout=b"1\n"),
    _ends("descriptors", stdout=b"1 1\n"),
    *(
        _ends(
            "strange_output", kind, outputs=("out",), missing=("out",), exit_code=None,
        )
        for kind in ("symlink", "fifo", "directory", "socket")
    ),
    _ends(
        "strange_output",
        "sparse",
        outputs=("out",),
        missing=("out",),
        limits={"file_bytes": 2 << 30},
    ),
    _ends("strange_output", "hidden", outputs=("d/out",), missing=("d/out",)),
    _ends("strange_output", "parent", outputs=("d/passwd",), missing=("d/passwd",)),
    _ends("nasty_names", outputs=("./",), exit_code=None),
    _dies("core_dump", 6, outputs=("./",)),
)  # fmt: skip

ESCAPES = (
    _ends("look_around"),
    _ends("write_outside"),
    _ends("suid", stdout=b"1\n"),
    _ends("network", stdout=b"0\n"),
)

SYSCALLS = (
    _forbidden("ptrace"),
    _forbidden("process_vm_readv", 1),
    _forbidden("kcmp", 1, 1),
    _forbidden("pidfd_getfd"),
    _forbidden("bpf"),
    _forbidden("perf_event_open"),
    _forbidden("userfaultfd"),
    _forbidden("keyctl"),
    _forbidden("add_key"),
    _forbidden("fanotify_init"),
    _forbidden("quotactl"),
    _forbidden("kexec_load"),
    _forbidden("init_module"),
    _forbidden("finit_module"),
    _forbidden("reboot"),
    _forbidden("swapon"),
    _forbidden("acct"),
    _forbidden("iopl", 3),
    _forbidden("settimeofday"),
    _forbidden("clock_settime"),
    _forbidden("adjtimex"),
    _forbidden("sethostname"),
    _forbidden("mount"),
    _forbidden("umount2"),
    _forbidden("pivot_root"),
    _forbidden("chroot"),
    _forbidden("fsopen"),
    _forbidden("fsmount"),
    _forbidden("open_tree"),
    _forbidden("move_mount"),
    _forbidden("mount_setattr"),
    _forbidden("unshare", 0),
    _forbidden("setns", 0),
    _forbidden("open_by_handle_at"),
    _forbidden("name_to_handle_at"),
    _forbidden("memfd_secret"),
    _forbidden("personality", _PAGE_ZERO),
    _forbidden("clone", 0x10000011),
    _forbidden("clone", 0xFFFFFFFF_00020011),
    *(_forbidden("socket", family, 3) for family in (17, 38, 40)),
    _forbidden("socket", 0x7_00000026, 5),
    _forbidden("ioctl", 0, 0x5412),
    _forbidden("mknod", 0, 0o020666),
    _denied("syscall", str(0x40000027), denied="getpid (x32)"),
    _denied("int80", denied="getpid (i386)"),
    _denied("denied_in_thread", denied="ptrace"),
    _denied("denied_storm", denied="bpf"),
    _denied("sigsys_handler", denied="keyctl"),
    _denied("nested_filter", denied="ptrace"),
    _refused(435, 0, 88, error=errno.ENOSYS),  # clone3
    _refused(425, 1, error=errno.ENOSYS),  # io_uring_setup
    _refused(462, error=errno.ENOSYS),  # mseal
    _refused(9999, error=errno.ENOSYS),
    _refused(-1, error=errno.ENOSYS),
    _refused(0x3FFFFFFF, error=errno.ENOSYS),
    _refused(105, error=errno.EPERM),  # setuid(0)
    _refused(126, error=errno.EPERM),  # capset
    _refused(157, 35, error=errno.EINVAL),  # prctl(PR_SET_MM)
    _refused(157, 22, 2, error=errno.EINVAL),  # prctl(PR_SET_SECCOMP)
    _refused(9, 0, 1 << 21, 3, 0x40022, error=errno.ENOMEM),  # mmap(MAP_HUGETLB)
    _refused(103, 3, error=errno.EPERM),  # syslog
)

ATTACKS = (*PROCESSES, *MEMORY, *TIME, *OUTPUT, *FILES, *ESCAPES, *SYSCALLS)
