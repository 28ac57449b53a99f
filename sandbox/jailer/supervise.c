/* The supervisor: locks the instance, sweeps dead ones, starts one jailer per slot and restarts
 * it, and removes everything at the end. It serves no request.
 *
 * fd 0 is the lifeline (a pipe whose other end its parent holds): when it ends, so does all this.
 * fd 1 gets `ready` once every slot can be leased.
 */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RESTARTS_MAX = 5, RESTART_WINDOW_S = 10, START_MAX_MS = 30000 };

struct child {
	pid_t pid;
	int listener;
	int restarts;
	time_t first_restart;
};

static struct child children[SLOTS_MAX];
static pid_t supervisor_pid;
static const struct plan *supervised; /* once there is something to remove */

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("cannot write %s: %s", path, strerror(errno));
	close(fd);
}

/* An ordinary user becomes root of a user namespace that maps nobody else. */
static void enter_user_namespace(void)
{
	char map[48];
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER) < 0)
		die("cannot make a user namespace: %s (see `brig doctor`)", strerror(errno));
	snprintf(map, sizeof map, "0 %u 1", uid);
	write_file("/proc/self/uid_map", map);
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1", gid);
	write_file("/proc/self/gid_map", map);
}

/* A held flock on its directory marks a living instance; nobody else's is touched. */
static bool lock_directory(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static bool is_dead(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool dead = fd >= 0 && lock_directory(fd);

	if (fd >= 0)
		close(fd);
	return dead;
}

static void remove_run_directory(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char socket_name[24];

	for (unsigned i = 0; fd >= 0 && i < SLOTS_MAX; i++) {
		snprintf(socket_name, sizeof socket_name, "slot-%u.sock", i);
		unlinkat(fd, socket_name, 0);
	}
	if (fd >= 0)
		close(fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}

static void sweep_below(const char *path, bool is_cgroup)
{
	DIR *list = opendir(path);
	struct dirent *entry;

	while (list != NULL && (entry = readdir(list)) != NULL) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.' ||
		    strncmp(entry->d_name, "brig-", 5) != 0 || !is_dead(dirfd(list), entry->d_name))
			continue;
		if (is_cgroup)
			remove_below(dirfd(list), entry->d_name, 2);
		else
			remove_run_directory(dirfd(list), entry->d_name);
	}
	if (list != NULL)
		closedir(list);
}

static const char *run_parent(const struct plan *plan)
{
	static char parent[NAME_MAX_BYTES];

	snprintf(parent, sizeof parent, "%.*s", (int)(strrchr(plan->run_path, '/') - plan->run_path), plan->run_path);
	return parent;
}

static void sweep(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->controllers; i++)
		sweep_below(plan->cgroup_path[i], true);
	sweep_below(run_parent(plan), false);
}

/* One instance at a time sweeps and makes its own places: between making a directory and locking
 * it, it would look dead to another. */
static int wait_for_turn(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		die("cannot lock %s: %s", path, strerror(errno));
	return fd;
}

static void lock_instance(const struct plan *plan)
{
	int run = open(plan->run_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* The descriptors stay open, and with them the locks, as long as this process lives. */
	if (run < 0 || !lock_directory(run))
		die("cannot lock %s: %s", plan->run_path, strerror(errno));
	for (uint32_t i = 0; i < plan->controllers; i++)
		if (!lock_directory(cgroup_base[i]))
			die("another instance holds the cgroup of %s", plan->instance);
}

static int make_socket(const struct plan *plan, unsigned slot)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (snprintf(address.sun_path, sizeof address.sun_path, "%s/slot-%u.sock", plan->run_path, slot) >=
	    (int)sizeof address.sun_path)
		die("cannot listen below %s: the path of a socket holds 107 bytes (unix(7))", plan->run_path);
	umask(0177);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
	    (plan->socket_uid != geteuid() && !plan->rootless &&
	     chown(address.sun_path, plan->socket_uid, (gid_t)-1) < 0) || listen(fd, 64) < 0)
		die("cannot listen on %s: %s", address.sun_path, strerror(errno));
	umask(022);
	return fd;
}

static void become_jailer(const struct plan *plan, unsigned slot, int ready)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != supervisor_pid)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_IGN); /* a terminal's Ctrl-C is the parent's to handle */
	dup2(null, 0);
	dup2(null, 1);
	dup2(ready, 3);
	slot_main(plan, slot, children[slot].listener);
}

/* Start the jailer of one slot and wait until it can be leased. */
static bool start_jailer(const struct plan *plan, unsigned slot)
{
	int pair[2];
	char byte;
	struct pollfd wait;
	bool ready;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		die("cannot make a socket pair: %s", strerror(errno));
	children[slot].pid = fork();
	if (children[slot].pid < 0)
		die("cannot fork a jailer: %s", strerror(errno));
	if (children[slot].pid == 0)
		become_jailer(plan, slot, pair[1]);
	close(pair[1]);
	wait = (struct pollfd){ .fd = pair[0], .events = POLLIN };
	ready = poll(&wait, 1, START_MAX_MS) == 1 && read(pair[0], &byte, 1) == 1;
	close(pair[0]);
	return ready;
}

static bool may_restart(struct child *child)
{
	time_t now = time(NULL);

	if (now - child->first_restart > RESTART_WINDOW_S) {
		child->first_restart = now;
		child->restarts = 0;
	}
	return ++child->restarts <= RESTARTS_MAX;
}

static bool restart_dead(const struct plan *plan)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (unsigned slot = 0; slot < plan->slots; slot++) {
			if (children[slot].pid != pid)
				continue;
			fprintf(stderr, "brig-jailer: the jailer of slot %u died; starting another\n", slot);
			cgroups_sweep_slot(plan, slot);
			if (!may_restart(&children[slot]) || !start_jailer(plan, slot))
				return false;
		}
	return true;
}

static void stop_all(const struct plan *plan)
{
	for (unsigned slot = 0; slot < plan->slots; slot++)
		if (children[slot].pid > 0) {
			kill(children[slot].pid, SIGKILL);
			waitpid(children[slot].pid, NULL, 0);
		}
}

static bool clean_up(const struct plan *plan)
{
	int fd = open(run_parent(plan), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		remove_run_directory(fd, strrchr(plan->run_path, '/') + 1);
	return cgroups_close(plan);
}

/* Says why, and leaves nothing: in the supervisor everything is ended and removed first. */
void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("brig-jailer: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	if (supervised != NULL && getpid() == supervisor_pid) {
		stop_all(supervised);
		clean_up(supervised);
	}
	_exit(1);
}

static int watch(const struct plan *plan)
{
	sigset_t set;
	int signals;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	for (;;) {
		struct pollfd fds[] = { { .fd = signals, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
		struct signalfd_siginfo info;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return 1;
		if (fds[1].revents != 0)
			return 0;
		if (fds[0].revents == 0 || read(signals, &info, sizeof info) != sizeof info)
			continue;
		if (info.ssi_signo == SIGTERM)
			return 0;
		if (!restart_dead(plan)) {
			fputs("brig-jailer: jailers die too often; giving up\n", stderr);
			return 1;
		}
	}
}

static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

static bool start_all(const struct plan *plan)
{
	for (unsigned slot = 0; slot < plan->slots; slot++)
		children[slot].listener = make_socket(plan, slot);
	for (unsigned slot = 0; slot < plan->slots; slot++)
		if (!start_jailer(plan, slot))
			return false;
	return write(1, "ready\n", 6) == 6;
}

static void make_places(const struct plan *plan)
{
	int run_turn, cgroup_turn;

	for (uint32_t i = 0; i < plan->controllers; i++)
		if (mkdir(plan->cgroup_path[i], 0755) < 0 && errno != EEXIST)
			die("cannot make the cgroup %s: %s", plan->cgroup_path[i], strerror(errno));
	run_turn = wait_for_turn(run_parent(plan));
	cgroup_turn = wait_for_turn(plan->cgroup_path[0]);
	sweep(plan);
	if (mkdir(plan->run_path, 0755) < 0)
		die("cannot make %s: %s", plan->run_path, strerror(errno));
	supervised = plan;
	if (!cgroups_open(plan))
		die("cannot make cgroups below %s: %s", plan->cgroup_path[0], strerror(errno));
	lock_instance(plan);
	close(cgroup_turn);
	close(run_turn);
}

int supervise(struct plan *plan)
{
	int code;

	block_signals();
	if (plan->rootless)
		enter_user_namespace();
	supervisor_pid = getpid();
	make_places(plan);
	code = start_all(plan) ? watch(plan) : 1;
	stop_all(plan);
	if (!clean_up(plan)) {
		fputs("brig-jailer: some cgroups could not be removed\n", stderr);
		return 1;
	}
	return code;
}
