/* Pid 1 of a jail. Cloned ahead of need, it builds its own view, waits for one request, starts the
 * program, ends everything the program left, lets the outputs be collected, and dies.
 *
 * Init holds no descriptor that leads out of the jail but its control socket, cannot be traced
 * (not dumpable, another uid) and reads nothing a program wrote: a child without rights does.
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_KEPT_FD = 200, BACKSTOP_MS = 2000 };

struct init {
	const struct plan *plan;
	struct shared *shared;
	uint32_t uid;
	int control, cpu_fd, memory_fd, signals;
	int stdin_fd, stdout_fd, stderr_fd, files, outputs, app;
	int listener_pair[2], listener; /* seccomp user notifications of the program */
	pid_t program;
	const struct request *request;
	struct strings strings;
};

static struct init self;
static _Alignas(8) char message[MESSAGE_MAX_BYTES];

static void tell(uint32_t type, const int *fds, unsigned count)
{
	struct head head = { .type = type };

	/* A jailer that is gone is noticed by the next receive. */
	(void)!send_message(self.control, &head, sizeof head, fds, count);
}

static _Noreturn void fail(enum step step)
{
	self.shared->failed_errno = errno;
	self.shared->failed_step = step;
	tell(FAILED, NULL, 0);
	_exit(1);
}

/* In a child of init: leave word and die; init passes it on. */
static _Noreturn void fail_in_child(enum step step)
{
	self.shared->failed_errno = errno;
	self.shared->failed_step = step;
	_exit(127);
}

static int keep_fd(int fd)
{
	int kept = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_KEPT_FD);

	if (kept < 0)
		_exit(1);
	return kept;
}

static void keep_only_our_fds(const struct init_arguments *arguments)
{
	self.control = keep_fd(arguments->control);
	self.cpu_fd = keep_fd(arguments->cgroup->cpu_fd);
	self.memory_fd = keep_fd(arguments->cgroup->memory_fd);
	close_range(3, FIRST_KEPT_FD - 1, 0);
	close_range((unsigned)self.memory_fd + 1, ~0U, 0);
}

static void take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	self.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (self.signals < 0)
		fail(STEP_INIT);
}

static void mount_proc(void)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	/* subset=pid hides all but processes: no /proc/sys, kallsyms, meminfo (Linux 5.8). */
	if (mount("proc", "/proc", "proc", flags, "subset=pid,hidepid=invisible") < 0)
		fail(STEP_PROC);
	/* A rootless jailer keeps the host's /proc in sight, else the kernel refuses a new one. */
	if (self.plan->rootless && umount2("/.proc", MNT_DETACH) < 0)
		fail(STEP_PROC);
}

static void volunteer_for_oom(void)
{
	int fd;

	/* The /proc files of a process that cannot be dumped belong to the host's root, whom a
	 * rootless jail does not have; nothing else runs in here yet. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1000", 4) != 4)
		fail(STEP_OOM_SCORE);
	close(fd);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (mount("none", "/proc", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		fail(STEP_PROC);
}

static void mount_tmpfs(const char *path, unsigned long flags, uint64_t bytes, uint32_t inodes)
{
	char options[128];
	uint32_t uid = self.plan->rootless ? 0 : self.uid;

	snprintf(options, sizeof options, "size=%lluk,nr_inodes=%u,mode=755,uid=%u,gid=%u",
		 (unsigned long long)((bytes + 1023) / 1024), inodes, uid, uid);
	if (mount("tmpfs", path, "tmpfs", flags | MS_NOSUID | MS_NODEV, options) < 0)
		fail(STEP_WORK_DIR);
}

/* Ahead of need, and so tiny; the request says how large they become. */
static void mount_work_dirs(void)
{
	mount_tmpfs("/box", 0, 4096, 2);
	mount_tmpfs("/tmp", 0, 4096, 2);
	mount_tmpfs("/dev/shm", 0, 4096, 2);
}

static uint64_t archive_bytes(int archive)
{
	struct stat status;

	return fstat(archive, &status) == 0 ? (uint64_t)status.st_size : 0;
}

/* A child of init that reads what users wrote: without rights, and without a way to the jailer. */
static void drop_rights_of_helper(void)
{
	enum step step;

	close_range(FIRST_KEPT_FD, ~0U, 0);
	if (drop_rights(self.plan, self.uid, &step) < 0)
		fail_in_child(step);
}

/* Unpack in a child that has no rights: the names inside came from users. */
static void unpack(int archive, const char *path)
{
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		fail(STEP_UNPACK);
	if (child == 0) {
		int directory;

		drop_rights_of_helper();
		directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		errno = EBADMSG;
		if (directory < 0 || unpack_archive(archive, directory) < 0)
			fail_in_child(STEP_UNPACK);
		_exit(0);
	}
	if (waitpid(child, &status, 0) < 0 || status != 0) {
		errno = self.shared->failed_step != 0 ? self.shared->failed_errno : EIO;
		fail(STEP_UNPACK);
	}
}

/* ---- the holder of an artefact ---- */

static void send_app_clone(void)
{
	struct mount_attr attributes = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
	};
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, "/app", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (tree < 0 || syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0)
		fail(STEP_APP);
	tell(LOADED, &tree, 1);
	close(tree);
}

/* Hold the unpacked artefact, charged to this jail's own cgroup, and hand out read-only clones of
 * its mount until the jailer ends this process. */
static _Noreturn void hold_app(int archive)
{
	int fds[FDS_MAX];
	unsigned count;
	uint64_t bytes = archive_bytes(archive);

	mount_tmpfs("/app", 0, bytes + (1 << 20) + bytes / 4, FILES_MAX * 2);
	unpack(archive, "/app");
	close(archive);
	do
		send_app_clone();
	while (receive_message(self.control, message, sizeof message, fds, &count, 0) > 0);
	_exit(0);
}

/* ---- the program ---- */

static int limit(int resource, rlim_t value)
{
	struct rlimit both = { value, value };

	return setrlimit((__rlimit_resource_t)resource, &both);
}

static void limit_resources(const struct request *r)
{
	/* RLIMIT_CPU is a backstop for a stopped jailer; the cgroup is what counts.
	 * RLIMIT_CORE 1: a pipe handler in core_pattern runs at 0 but not at 1 (core(5)). */
	if (limit(RLIMIT_CPU, r->cpu_ns / 1000000000 + 2) < 0 || limit(RLIMIT_FSIZE, r->file_bytes) < 0 ||
	    limit(RLIMIT_STACK, r->stack_bytes) < 0 || limit(RLIMIT_CORE, 1) < 0 ||
	    limit(RLIMIT_MEMLOCK, 0) < 0 || limit(RLIMIT_RTPRIO, 0) < 0)
		fail_in_child(STEP_RLIMIT);
}

static void connect_streams(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL); /* execve keeps what the jailer, or who started it, ignores */
	umask(022);
	if (self.stdin_fd < 0) /* the jail's own: descriptor 0 is on the host's writable mount */
		self.stdin_fd = open("/dev/null", O_RDONLY);
	if (setsid() < 0 || dup2(self.stdin_fd, 0) < 0 ||
	    dup2(self.stdout_fd, 1) < 0 || dup2(self.stderr_fd, 2) < 0 || chdir("/box") < 0)
		fail_in_child(STEP_FDS);
}

static void die_with_init(void)
{
	/* setresuid(2) clears the death signal, so it is set only now; getppid closes the race. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != 1)
		fail_in_child(STEP_PARENT);
}

static void load_filter(void)
{
	struct sock_fprog program = {
		.len = (unsigned short)self.plan->filter_instructions,
		.filter = (struct sock_filter *)self.plan->filter,
	};
	struct head head = { 0 };
	int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);

	if (listener < 0 || send_message(self.listener_pair[1], &head, sizeof head, &listener, 1) < 0)
		fail_in_child(STEP_SECCOMP);
}

/* What the jail cost so far is not the program's. */
static void take_baseline(void)
{
	self.shared->memory_base_bytes = read_number(self.memory_fd);
	self.shared->cpu_base_ns = read_cpu_ns(self.cpu_fd, self.plan->cgroup_version);
	self.shared->start_ns = monotonic_ns();
	__atomic_store_n(&self.shared->has_baseline, 1, __ATOMIC_RELEASE); /* the jailer reads on */
}

static _Noreturn void program_main(void)
{
	enum step step;

	connect_streams();
	limit_resources(self.request);
	if (drop_rights(self.plan, self.uid, &step) < 0)
		fail_in_child(step);
	die_with_init();
	load_filter();
	/* Not before: the filter's descriptor and ours lie above what a program may ask for. */
	if (limit(RLIMIT_NOFILE, self.request->open_files) < 0)
		fail_in_child(STEP_RLIMIT);
	take_baseline();
	close_range(3, ~0U, 0);
	execve(self.strings.argv[0], (char *const *)self.strings.argv, (char *const *)self.strings.env);
	fail_in_child(STEP_EXEC);
}

static void start_program(void)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, self.listener_pair) < 0)
		fail(STEP_FORK);
	self.program = fork();
	if (self.program < 0)
		fail(STEP_FORK);
	if (self.program == 0)
		program_main();
	close_fd(&self.listener_pair[1]);
	close_fd(&self.stdin_fd);
	close_fd(&self.stdout_fd);
	close_fd(&self.stderr_fd);
}

/* ---- waiting for the end ---- */

static void take_listener(void)
{
	struct head head;
	unsigned count = 0;
	int fds[FDS_MAX];

	if (receive_message(self.listener_pair[0], &head, sizeof head, fds, &count, MSG_DONTWAIT) > 0 && count == 1)
		self.listener = fds[0];
	close_fd(&self.listener_pair[0]);
}

/* A forbidden call: note it for the verdict, then end everything. Nobody ever answers it. */
static void note_denied(void)
{
	union {
		struct seccomp_notif notification;
		char space[256]; /* a newer kernel may write more (SECCOMP_GET_NOTIF_SIZES) */
	} u;

	memset(&u, 0, sizeof u);
	/* A signal may have taken the caller away (ENOENT): then its call comes again. */
	if (ioctl(self.listener, SECCOMP_IOCTL_NOTIF_RECV, &u) < 0)
		return;
	self.shared->denied_number = u.notification.data.nr;
	self.shared->denied_arch = u.notification.data.arch;
	self.shared->denied = 1;
	kill(-1, SIGKILL);
	close_fd(&self.listener);
}

/* True when the main process has ended. */
static bool reap(void)
{
	struct signalfd_siginfo discarded;
	bool ended = false;
	pid_t pid;
	int status;

	(void)!read(self.signals, &discarded, sizeof discarded);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == self.program) {
			self.shared->end_ns = monotonic_ns();
			self.shared->wait_status = status;
			ended = true;
		}
	return ended;
}

static int backstop_ms(void)
{
	return (int)(self.request->wall_ns / 1000000) + BACKSTOP_MS;
}

static void wait_for_program(void)
{
	uint64_t deadline_ns = monotonic_ns() + (uint64_t)backstop_ms() * 1000000;

	for (;;) {
		struct pollfd fds[] = {
			{ .fd = self.signals, .events = POLLIN },
			{ .fd = self.listener, .events = POLLIN },
			{ .fd = self.listener_pair[0], .events = POLLIN },
			{ .fd = self.control, .events = 0 }, /* POLLHUP: the jailer is gone */
		};
		uint64_t now_ns = monotonic_ns();

		if (now_ns >= deadline_ns)
			kill(-1, SIGKILL);
		poll(fds, 4, now_ns < deadline_ns ? (int)((deadline_ns - now_ns) / 1000000) + 1 : 100);
		if (fds[3].revents & (POLLHUP | POLLERR))
			_exit(0);
		if (fds[2].revents)
			take_listener();
		if (fds[1].revents & POLLIN)
			note_denied();
		else if (fds[1].revents) /* nobody is left who could call */
			close_fd(&self.listener);
		if (fds[0].revents && reap())
			return;
	}
}

static void end_everything(void)
{
	/* What called setsid, holds stdout or ignores signals dies here; pid 1 is not among -1. */
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

static uint64_t used_bytes(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 ? (uint64_t)(fs.f_blocks - fs.f_bfree) * (uint64_t)fs.f_bsize : 0;
}

static void collect(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		int work;

		drop_rights_of_helper();
		/* The program may have closed its directory to everybody: then nothing is in it. */
		work = open("/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		_exit(work >= 0 && collect_outputs(work, self.strings.outputs, self.request->outputs_bytes, self.outputs) < 0);
	}
	close_fd(&self.outputs);
	self.shared->collected = child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* ---- one request ---- */

static void size_work_dirs(void)
{
	const struct request *r = self.request;
	uint64_t room = self.files >= 0 ? archive_bytes(self.files) + (1 << 20) : 0;

	mount_tmpfs("/box", MS_REMOUNT, r->work_bytes + room, r->work_inodes);
	mount_tmpfs("/tmp", MS_REMOUNT, r->work_bytes, r->work_inodes);
	mount_tmpfs("/dev/shm", MS_REMOUNT, r->work_bytes, r->work_inodes);
}

static void attach_app(void)
{
	if (self.app >= 0 && syscall(SYS_move_mount, self.app, "", AT_FDCWD, "/app", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		fail(STEP_APP);
	close_fd(&self.app);
}

static void take_fds(int *fds, unsigned count)
{
	uint32_t flags = self.request->flags;
	unsigned next = 0;

	if (count != fds_of_request(flags) + !!(flags & USE_APP)) {
		errno = EBADMSG;
		fail(STEP_MESSAGE);
	}
	self.stdin_fd = flags & HAS_STDIN ? fds[next++] : -1;
	self.stdout_fd = fds[next++];
	self.stderr_fd = fds[next++];
	self.files = flags & HAS_FILES ? fds[next++] : -1;
	self.outputs = flags & HAS_OUTPUTS ? fds[next++] : -1;
	self.app = flags & USE_APP ? fds[next++] : -1;
}

static void await(uint32_t type)
{
	struct head head;
	unsigned count;
	int fds[FDS_MAX];

	if (receive_message(self.control, &head, sizeof head, fds, &count, 0) != sizeof head ||
	    head.type != type)
		_exit(0);
}

static void prepare(int *fds, unsigned count)
{
	self.request = (const struct request *)message;
	take_fds(fds, count);
	if (!split_strings(self.request, &self.strings)) {
		errno = EBADMSG;
		fail(STEP_MESSAGE);
	}
	size_work_dirs();
	attach_app();
	if (unshare(CLONE_NEWCGROUP) < 0)
		fail(STEP_CGROUP_NAMESPACE);
	if (self.files >= 0)
		unpack(self.files, "/box");
	close_fd(&self.files);
	tell(READY, NULL, 0);
}

static _Noreturn void serve_run(int *fds, unsigned count)
{
	prepare(fds, count);
	await(START);
	start_program();
	wait_for_program();
	end_everything();
	self.shared->work_bytes = used_bytes("/box") + used_bytes("/tmp") + used_bytes("/dev/shm");
	tell(ENDED, NULL, 0);
	if (self.outputs >= 0) {
		await(COLLECT);
		collect();
	}
	_exit(0);
}

_Noreturn void init_main(const struct init_arguments *arguments)
{
	const struct head *head = (const struct head *)message;
	int fds[FDS_MAX];
	unsigned count;

	self = (struct init){
		.plan = arguments->plan, .shared = arguments->shared, .uid = arguments->uid,
		.stdin_fd = -1, .files = -1, .outputs = -1, .app = -1,
		.listener = -1, .listener_pair = { -1, -1 },
	};
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	setpriority(PRIO_PROCESS, 0, 0); /* the jailer runs ahead of programs; a jail does not */
	keep_only_our_fds(arguments);
	take_signals();
	mount_proc();
	volunteer_for_oom();
	mount_work_dirs();
	tell(WAITING, NULL, 0);
	if (receive_message(self.control, message, sizeof message, fds, &count, 0) < (ssize_t)sizeof *head)
		_exit(0);
	if (head->type == LOAD && count == 1)
		hold_app(fds[0]);
	serve_run(fds, count);
}
