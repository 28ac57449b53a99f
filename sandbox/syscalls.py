"""Which system calls a program in the jail may make: the table, and why for each entry.

Three classes. *Allow*: what honest programs and compilers use. *Quiet*: what honest runtimes
probe and can live without; they see an errno and go on. *Violation*: what no honest program
calls; init is notified, notes the number and the architecture, and ends the jail. What the table
does not name, every number above it included, is quiet ENOSYS: an older kernel, to the program.
docs/adr/0002-seccomp-classes.md says how an entry gets its class; sandbox/policy.py compiles.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import Enum


class Treatment(Enum):
    """The class of a system call."""

    ALLOW = "allow"
    QUIET = "quiet"
    VIOLATION = "violation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the filter does; `errno` counts for QUIET only, and 0 there means "done nothing"."""

    treatment: Treatment
    errno: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Arguments with `argument & mask == value` have this outcome; the first match counts.

    Masks stay within 32 bits: the kernel reads all arguments looked at here as 32-bit values
    (clone(2) cuts its flags too), so a filter that compared 64 bits could be told two stories.
    """

    mask: int
    value: int
    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A second argument: the cases count where it has this value, else `otherwise` does."""

    argument: int
    value: int
    otherwise: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One system call. With cases, `outcome` is for arguments that no case names."""

    name: str
    outcome: Outcome
    why: str
    argument: int = 0
    cases: tuple[Case, ...] = ()
    guard: Guard | None = None


ALLOW = Outcome(treatment=Treatment.ALLOW)
VIOLATION = Outcome(treatment=Treatment.VIOLATION)
_INT = 0xFFFFFFFF


def quiet(number: int) -> Outcome:
    """Return the outcome that shows the program this errno."""
    return Outcome(treatment=Treatment.QUIET, errno=number)


DEFAULT = quiet(errno.ENOSYS)


def _rules(outcome: Outcome, names: str, why: str) -> tuple[Rule, ...]:
    return tuple(Rule(name=name, outcome=outcome, why=why) for name in names.split())


def _values(outcome: Outcome, why: str, *values: int) -> tuple[Case, ...]:
    return tuple(Case(mask=_INT, value=value, outcome=outcome, why=why) for value in values)


def _bits(outcome: Outcome, why: str, *bits: int) -> tuple[Case, ...]:
    return tuple(Case(mask=bit, value=bit, outcome=outcome, why=why) for bit in bits)


_ALLOWED = (
    *_rules(
        ALLOW,
        "read write open openat creat close lseek pread64 pwrite64 readv writev preadv pwritev "
        "preadv2 pwritev2 dup dup2 dup3 fcntl flock close_range",
        "every program: open files (fpc and pascal still use open)",
    ),
    *_rules(
        ALLOW,
        "stat fstat lstat newfstatat statx access faccessat faccessat2 statfs fstatfs getdents "
        "getdents64 getcwd chdir fchdir readlink readlinkat",
        "every program: look at files; the root holds nothing secret",
    ),
    *_rules(
        ALLOW,
        "rename renameat renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat symlink "
        "symlinkat chmod fchmod fchmodat chown fchown lchown fchownat umask truncate ftruncate "
        "fallocate utime utimes futimesat utimensat fadvise64",
        "compilers, go build, Python tempfile: change files; only the jail's tmpfs is writable",
    ),
    *_rules(
        ALLOW,
        "pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait "
        "epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd signalfd4 timerfd_create "
        "timerfd_settime timerfd_gettime",
        "event loops of node, go, haskell, ruby, Python; counted as kernel memory of the jail",
    ),
    *_rules(
        ALLOW,
        "brk munmap mprotect mremap msync mincore mlock mlock2 munlock mlockall munlockall",
        "allocators and JITs; mlock: mono and .NET, bounded by RLIMIT_MEMLOCK; mincore: libunwind",
    ),
    *_rules(
        ALLOW,
        "fork vfork execve exit exit_group wait4 waitid kill tkill tgkill rt_sigqueueinfo "
        "rt_tgsigqueueinfo set_tid_address set_robust_list rseq futex membarrier getcpu "
        "restart_syscall",
        "processes and threads of every language; pids.max counts them, the pid namespace ends "
        "them; membarrier: .NET, JVM; restart_syscall: the kernel's own after a signal",
    ),
    *_rules(
        ALLOW,
        "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend "
        "sigaltstack pause",
        "signal handling: java, go, mono, shells",
    ),
    *_rules(
        ALLOW,
        "getpid getppid gettid getpgid getpgrp getsid setpgid setsid getuid geteuid getgid getegid "
        "getresuid getresgid getgroups capget uname sysinfo times getrusage getrlimit getpriority "
        "getrandom",
        "questions about oneself; setsid: shells, Python subprocess; capget: node",
    ),
    *_rules(
        ALLOW,
        "time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep alarm getitimer "
        "setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete",
        "clocks and timers: every language (haskell and ruby: timer_create)",
    ),
    *_rules(
        ALLOW,
        "sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max "
        "sched_get_priority_min sched_rr_get_interval",
        "runtimes that count their cores (go, JVM, node, rust) or read their scheduler (mono)",
    ),
    *_rules(
        ALLOW,
        "connect bind listen accept accept4 getsockname getpeername getsockopt setsockopt "
        "shutdown sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg",
        "node and Python talk to their children over AF_UNIX, glibc asks nscd; the program's own "
        "set-up sends the notification descriptor to init with sendmsg; `socket` limits families",
    ),
    *_rules(
        ALLOW,
        "shmget shmat shmdt shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl "
        "mq_open mq_unlink mq_timedsend mq_timedreceive mq_getsetattr",
        "course work on operating systems; an ipc namespace per jail holds and frees them",
    ),
)

_LATER = "newer than what runtimes need: they fall back"
_QUIET = (
    *_rules(DEFAULT, "clone3", "glibc and go probe it; its flags hide behind a pointer, so never"),
    *_rules(
        DEFAULT,
        "io_uring_setup io_uring_enter io_uring_register",
        "libuv probes it; input and output that no filter sees (CVE-2023-2598)",
    ),
    *_rules(
        DEFAULT,
        "io_setup io_submit io_getevents io_pgetevents io_destroy io_cancel",
        "databases probe it; nobody else needs kernel AIO",
    ),
    *_rules(DEFAULT, "openat2 pidfd_open pidfd_send_signal process_madvise", _LATER),
    *_rules(DEFAULT, "process_mrelease futex_waitv cachestat fchmodat2", _LATER),
    *_rules(
        DEFAULT,
        "landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp",
        "xz and others sandbox themselves where they can; a filter of the program's own could "
        "turn our notification into a mere errno",
    ),
    *_rules(DEFAULT, "execveat", "fexecve(3) falls back; runs what has no name"),
    *_rules(DEFAULT, "pkey_alloc pkey_free pkey_mprotect", "V8 probes protection keys"),
    *_rules(
        DEFAULT,
        "get_mempolicy set_mempolicy mbind migrate_pages move_pages set_mempolicy_home_node",
        "JVM and libnuma probe NUMA; migrating pages disturbs neighbours",
    ),
    *_rules(
        DEFAULT,
        "inotify_init inotify_init1 inotify_add_watch inotify_rm_watch mq_notify",
        "watchers fall back to polling; kernel objects per user, a history of holes",
    ),
    *_rules(
        DEFAULT,
        "copy_file_range vmsplice tee",
        "go, rust, ruby, node, cp fall back to read and write; page gifting (CVE-2022-0847)",
    ),
    *_rules(
        quiet(errno.EINVAL),
        "splice sendfile",
        "go, rust, JVM, Python, node, libstdc++ fall back at EINVAL; as vmsplice",
    ),
    *_rules(
        quiet(0),
        "sync syncfs fsync fdatasync sync_file_range",
        "all that is writable is tmpfs, where these do nothing; on the host's files they would "
        "wait for its disk and disturb neighbours",
    ),
    *_rules(
        quiet(errno.EOPNOTSUPP),
        "getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr "
        "fsetxattr removexattr lremovexattr fremovexattr",
        "Python shutil, cp, ls: a file system without extended attributes",
    ),
    *_rules(
        quiet(errno.EPERM),
        "sched_setparam sched_setattr setpriority ioprio_set ioprio_get",
        "nice and JVM try and go on; a slot's share is not theirs to choose",
    ),
    *_rules(
        quiet(0),
        "sched_setaffinity",
        "OpenMP with OMP_PROC_BIND cannot make threads where this fails; a slot has one core",
    ),
    *_rules(
        quiet(errno.EPERM),
        "setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset",
        "shells, perl and ruby may set what they are; there is no other user in the jail",
    ),
    *_rules(quiet(errno.EPERM), "syslog vhangup", "dmesg and login may be called by mistake"),
    *_rules(DEFAULT, "modify_ldt", "wine; a history of holes (CVE-2017-17053)"),
    *_rules(
        DEFAULT,
        "get_robust_list sched_getattr remap_file_pages readahead lookup_dcookie ustat sysfs "
        "uselib _sysctl nfsservctl",
        "old or rare; nobody recorded it",
    ),
)

_VIOLATIONS = (
    *_rules(
        VIOLATION,
        "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd",
        "reads, changes or compares other processes (LeakSanitizer too: run with detect_leaks=0)",
    ),
    *_rules(VIOLATION, "bpf perf_event_open userfaultfd", "kernel surface; races made easy"),
    *_rules(
        VIOLATION,
        "keyctl add_key request_key",
        "keyrings outlive a jail and start host helpers (CVE-2016-0728)",
    ),
    *_rules(
        VIOLATION,
        "mount umount2 pivot_root chroot fsopen fspick fsconfig fsmount open_tree move_mount "
        "mount_setattr",
        "changes what is where: old and new mount interface (CVE-2022-0185)",
    ),
    *_rules(
        VIOLATION, "unshare setns", "new namespaces give capabilities over kernel code in them"
    ),
    *_rules(
        VIOLATION,
        "open_by_handle_at name_to_handle_at",
        "opens inodes by guessed number, past every mount (shocker)",
    ),
    *_rules(
        VIOLATION,
        "kexec_load kexec_file_load init_module finit_module delete_module create_module reboot "
        "swapon swapoff acct quotactl quotactl_fd iopl ioperm fanotify_init fanotify_mark",
        "administers the host",
    ),
    *_rules(
        VIOLATION,
        "settimeofday clock_settime adjtimex clock_adjtime sethostname setdomainname",
        "changes the clock or the name of the host",
    ),
    *_rules(VIOLATION, "memfd_secret", "memory that the host cannot see or account well"),
)

_NEW_NAMESPACE = (
    0x00020000,  # CLONE_NEWNS
    0x02000000,  # CLONE_NEWCGROUP
    0x04000000,  # CLONE_NEWUTS
    0x08000000,  # CLONE_NEWIPC
    0x10000000,  # CLONE_NEWUSER
    0x20000000,  # CLONE_NEWPID
    0x40000000,  # CLONE_NEWNET; CLONE_NEWTIME exists for unshare and clone3 only
)

_SOCKET_FAMILIES = (
    *_values(ALLOW, "AF_UNIX: node, Python, JVM to their children; nscd", 1),
    *_values(VIOLATION, "AF_KEY: IPsec administration", 15),
    *_values(VIOLATION, "AF_PACKET: raw frames (CVE-2017-7308)", 17),
    *_values(VIOLATION, "AF_RDS (CVE-2010-3904)", 21),
    *_values(VIOLATION, "AF_CAN", 29),
    *_values(VIOLATION, "AF_TIPC (CVE-2021-43267)", 30),
    *_values(VIOLATION, "AF_BLUETOOTH: reaches the host's devices", 31),
    *_values(VIOLATION, "AF_ALG: kernel crypto, loads modules (CVE-2019-8912)", 38),
    *_values(VIOLATION, "AF_VSOCK: talks to the hypervisor past every network namespace", 40),
    *_values(VIOLATION, "AF_XDP", 44),
)
_NO_FAMILY = (
    "AF_INET, AF_INET6 and AF_NETLINK are probed by JVM, go, node, mono; the network namespace is "
    "empty, so only the kernel's network code would be gained (CVE-2024-1086); others: not built in"
)

_CORE_LIMIT = _values(
    quiet(errno.EPERM),
    "RLIMIT_CORE: at any value but 1 a crash starts the host's core handler, as the host's root",
    4,
)

_CHECKED = (
    Rule(
        name="clone",
        outcome=ALLOW,
        why="fork and threads of every language, once clone3 is refused",
        cases=_bits(VIOLATION, "a new namespace (as unshare)", *_NEW_NAMESPACE),
    ),
    Rule(name="socket", outcome=quiet(errno.EAFNOSUPPORT), why=_NO_FAMILY, cases=_SOCKET_FAMILIES),
    Rule(
        name="socketpair",
        outcome=quiet(errno.EAFNOSUPPORT),
        why="other families have no pairs (TIPC has)",
        cases=_SOCKET_FAMILIES,
    ),
    Rule(
        name="ioctl",
        outcome=quiet(errno.ENOTTY),
        why="what the jail's files would answer; cp tries FICLONE",
        argument=1,
        cases=(
            *_values(VIOLATION, "TIOCSTI: types into the judge's terminal", 0x5412),
            *_values(VIOLATION, "TIOCLINUX: pastes into the console", 0x541C),
            *_values(ALLOW, "TCGETS, TCGETS2: isatty", 0x5401, 0x802C542A),
            *_values(ALLOW, "TIOCGPGRP, TIOCGWINSZ: shells, kotlinc", 0x540F, 0x5413),
            *_values(ALLOW, "FIONREAD, FIONBIO: JVM, pascal, node, Python", 0x541B, 0x5421),
            *_values(ALLOW, "FIONCLEX, FIOCLEX: Python", 0x5450, 0x5451),
        ),
    ),
    Rule(
        name="prctl",
        outcome=quiet(errno.EINVAL),
        why="an option that this kernel lacks; PR_SET_VMA: php, JVM; PR_SET_PTRACER, PR_SET_MM, "
        "PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_CAP_AMBIENT: not for programs in a jail",
        cases=(
            *_values(ALLOW, "PR_SET_NAME, PR_GET_NAME: threads of JVM, mono, ruby", 15, 16),
            *_values(ALLOW, "PR_SET_PDEATHSIG, PR_GET_PDEATHSIG: ends with its parent", 1, 2),
            *_values(ALLOW, "PR_GET_DUMPABLE, PR_GET_SECCOMP: questions", 3, 21),
            *_values(ALLOW, "PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS: set already", 38, 39),
            *_values(ALLOW, "PR_SET_THP_DISABLE, PR_GET_THP_DISABLE: ruby", 41, 42),
        ),
    ),
    Rule(
        name="personality",
        outcome=quiet(errno.EPERM),
        why="ADDR_NO_RANDOMIZE: sbcl, ThreadSanitizer try and go on",
        cases=(
            *_values(ALLOW, "the question", 0xFFFFFFFF),
            *_values(ALLOW, "PER_LINUX: what it is", 0),
            *_bits(VIOLATION, "MMAP_PAGE_ZERO: maps address 0 (CVE-2009-2695)", 0x00100000),
            *_bits(VIOLATION, "READ_IMPLIES_EXEC: all memory executable", 0x00400000),
        ),
    ),
    Rule(
        name="arch_prctl",
        outcome=quiet(errno.EINVAL),
        why="glibc probes CET; nothing else is needed (x86-64 only)",
        cases=_values(ALLOW, "ARCH_{SET,GET}_{FS,GS}: threads", 0x1001, 0x1002, 0x1003, 0x1004),
    ),
    Rule(
        name="mmap",
        outcome=ALLOW,
        why="every program",
        argument=3,
        cases=_bits(quiet(errno.ENOMEM), "MAP_HUGETLB: huge pages are not counted", 0x40000),
    ),
    Rule(
        name="memfd_create",
        outcome=ALLOW,
        why=".NET maps its code twice, ZGC its heap; counted as memory of the jail",
        argument=1,
        cases=_bits(quiet(errno.EINVAL), "MFD_HUGETLB: huge pages are not counted", 0x4),
    ),
    Rule(
        name="madvise",
        outcome=quiet(errno.EINVAL),
        why="MADV_MERGEABLE: same-page merging leaks what neighbours hold; PAGEOUT, HWPOISON",
        argument=2,
        cases=(
            *_values(ALLOW, "NORMAL RANDOM SEQUENTIAL WILLNEED DONTNEED", 0, 1, 2, 3, 4),
            *_values(ALLOW, "FREE REMOVE DONTFORK DOFORK", 8, 9, 10, 11),
            *_values(ALLOW, "HUGEPAGE NOHUGEPAGE DONTDUMP DODUMP: go, haskell", 14, 15, 16, 17),
            *_values(ALLOW, "WIPEONFORK KEEPONFORK POPULATE_READ POPULATE_WRITE", 18, 19, 22, 23),
        ),
    ),
    Rule(
        name="sched_setscheduler",
        outcome=quiet(errno.EPERM),
        why="real-time and idle classes",
        argument=1,
        cases=_values(ALLOW, "SCHED_OTHER, what it has: mono, threads of pascal", 0),
    ),
    Rule(
        name="setrlimit",
        outcome=ALLOW,
        why="JVM, node, course work on deep recursion move soft limits; the hard ones stay",
        cases=_CORE_LIMIT,
    ),
    Rule(
        name="prlimit64",
        outcome=ALLOW,
        why="own limits: every program (as setrlimit)",
        argument=1,
        cases=_CORE_LIMIT,
        guard=Guard(argument=0, value=0, otherwise=quiet(errno.EPERM)),  # other processes' limits
    ),
    *(
        Rule(
            name=name,
            outcome=quiet(errno.EPERM),
            why="what is no kind of file",
            argument=argument,
            cases=(
                *(
                    Case(mask=0o170000, value=kind, outcome=ALLOW, why="mkfifo, plain files")
                    for kind in (0o010000, 0o100000, 0, 0o140000)
                ),
                *(
                    Case(mask=0o170000, value=kind, outcome=VIOLATION, why="makes a device")
                    for kind in (0o020000, 0o060000)
                ),
            ),
        )
        for name, argument in (("mknod", 1), ("mknodat", 2))
    ),
)

RULES: tuple[Rule, ...] = (*_ALLOWED, *_CHECKED, *_QUIET, *_VIOLATIONS)

# Numbers from 424 on are the same on every architecture; libseccomp 2.5 knows them up to 453.
NEW_NAMES = {
    451: "cachestat",
    452: "fchmodat2",
    453: "map_shadow_stack",
    454: "futex_wake",
    455: "futex_wait",
    456: "futex_requeue",
    457: "statmount",
    458: "listmount",
    459: "lsm_get_self_attr",
    460: "lsm_set_self_attr",
    461: "lsm_list_modules",
    462: "mseal",
    463: "setxattrat",
    464: "getxattrat",
    465: "listxattrat",
    466: "removexattrat",
    467: "open_tree_attr",
    468: "file_getattr",
    469: "file_setattr",
}
