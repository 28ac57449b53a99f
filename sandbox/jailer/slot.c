/* One jailer: leases its slot to one connection at a time, and keeps jails ahead of need.
 *
 * A jail's way: EMPTY -> SPARE (cloned, in a new cgroup, waiting) -> PREPARING -> PREPARED ->
 * RUNNING -> COLLECTING -> EMPTY, or SPARE -> LOADING -> HOLDING -> REPLACED -> EMPTY for an
 * artefact. Making a spare may wait for the kernel on cgroup v1: done only while nothing runs.
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS_NS UINT64_C(1000000)

enum { LOST_SPARES_MAX = 8, SPARE_MAX_MS = 10000 };
enum { REAP_MAX_MS = 30000, COLLECT_MAX_MS = 60000, APP_MAX_MS = 5000, UIDS_PER_SLOT = 8 };
enum state { EMPTY = 0, SPARE, LOADING, HOLDING, REPLACED, PREPARING, PREPARED, RUNNING, COLLECTING };

struct jail {
	enum state state;
	pid_t pid;
	int pidfd, control;
	struct shared *shared;
	struct cgroup cgroup;
	struct usage usage;
	uint32_t member, processes, flags;
	unsigned sequence; /* how many jails were made before */
	uint64_t cpu_ns, wall_ns, memory_bytes; /* limits */
	uint64_t used_bytes; /* at START: the memory limit counts from here */
	uint64_t deadline_ns, check_ns; /* wall limit; next look at the CPU */
	uint64_t gone_by_ns; /* after a kill: when to give up waiting */
	enum ended_by ended_by;
	bool killed, counted, oom_pending;
};

struct slot {
	const struct plan *plan;
	unsigned number, sequence;
	unsigned lost_spares; /* since an init last got ready */
	int listener, client, app;
	struct jail jails[JAILS_PER_SLOT];
};

static struct slot slot;
static _Alignas(8) char message[MESSAGE_MAX_BYTES];

uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- making and destroying a jail ---- */

static void clear_jail(struct jail *jail)
{
	struct shared *shared = jail->shared;

	memset(jail, 0, sizeof *jail);
	memset((void *)shared, 0, sizeof *shared);
	jail->shared = shared;
	jail->pidfd = jail->control = -1;
}

static pid_t clone_init(struct jail *jail, int control, uint32_t uid)
{
	struct clone_args arguments = {
		.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)&jail->pidfd,
		.exit_signal = SIGCHLD,
	};
	struct init_arguments init = {
		.plan = slot.plan, .cgroup = &jail->cgroup, .shared = jail->shared, .control = control,
		.uid = uid,
	};
	pid_t pid;

	if (slot.plan->cgroup_version == 2) { /* born in its cgroup: no attach, no wait (Linux 5.7) */
		arguments.flags |= CLONE_INTO_CGROUP;
		arguments.cgroup = (uint64_t)jail->cgroup.directory[0];
	}
	pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
	if (pid == 0)
		init_main(&init);
	return pid;
}

static struct jail *make_spare(struct jail *jail)
{
	uint32_t uid = slot.plan->uid_base + slot.number * UIDS_PER_SLOT + (uint32_t)(jail - slot.jails);
	int pair[2];

	clear_jail(jail);
	jail->sequence = slot.sequence++;
	snprintf(jail->cgroup.name, sizeof jail->cgroup.name, "s%u-%d-%u", slot.number, (int)getpid(), jail->sequence);
	if (!cgroup_create(&jail->cgroup, slot.plan))
		die("cannot make cgroup %s: %s", jail->cgroup.name, strerror(errno));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		die("cannot make a socket pair: %s", strerror(errno));
	jail->control = pair[0];
	jail->pid = clone_init(jail, pair[1], uid);
	close(pair[1]);
	if (jail->pid < 0)
		die("cannot clone an init: %s", strerror(errno));
	if (slot.plan->cgroup_version == 1 && !cgroup_attach(&jail->cgroup, slot.plan, jail->pid))
		die("cannot attach an init to its cgroup: %s", strerror(errno));
	jail->state = SPARE;
	return jail;
}

static struct jail *find(enum state state)
{
	for (struct jail *jail = slot.jails; jail < slot.jails + JAILS_PER_SLOT; jail++)
		if (jail->state == state)
			return jail;
	return NULL;
}

static unsigned count(enum state state)
{
	unsigned found = 0;

	for (struct jail *jail = slot.jails; jail < slot.jails + JAILS_PER_SLOT; jail++)
		found += jail->state == state;
	return found;
}

/* The oldest: it was made while the jail before it still lived, so that not even the recycled
 * numbers of namespaces and mounts are the same in two runs. */
static struct jail *take_spare(void)
{
	struct jail *jail = find(SPARE);

	for (struct jail *other = slot.jails; jail != NULL && other < slot.jails + JAILS_PER_SLOT; other++)
		if (other->state == SPARE && (int)(other->sequence - jail->sequence) < 0)
			jail = other;
	if (jail == NULL && (jail = find(EMPTY)) != NULL)
		make_spare(jail);
	return jail;
}

static void kill_jail(struct jail *jail, enum ended_by why)
{
	if (jail->killed)
		return;
	jail->killed = true;
	jail->ended_by = why;
	jail->gone_by_ns = monotonic_ns() + REAP_MAX_MS * MS_NS;
	/* The end of pid 1 is the end of its whole namespace (pid_namespaces(7)). */
	syscall(SYS_pidfd_send_signal, jail->pidfd, SIGKILL, NULL, 0);
}

/* ---- speaking to the client ---- */

static bool is_running_for_client(const struct jail *jail)
{
	return jail->state >= LOADING;
}

static void end_lease(void)
{
	close_fd(&slot.client);
	close_fd(&slot.app);
	for (struct jail *jail = slot.jails; jail < slot.jails + JAILS_PER_SLOT; jail++)
		if (is_running_for_client(jail))
			kill_jail(jail, BY_REQUEST);
}

static void answer(const void *event, size_t bytes)
{
	/* A client that does not read its events has no use for the slot. */
	if (slot.client >= 0 && send(slot.client, event, bytes, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		end_lease();
}

static void answer_head(uint32_t type, uint32_t member)
{
	struct head head = { .type = type, .member = member };

	answer(&head, sizeof head);
}

static void answer_failed(uint32_t member, uint32_t step, int32_t error)
{
	struct failed event = { .head = { FAILED, member }, .step = step, .error = error };

	answer(&event, sizeof event);
}

static void refuse(void)
{
	answer_head(REFUSED, 0);
	end_lease();
}

static bool send_to_init(struct jail *jail, const void *what, size_t bytes, const int *fds, unsigned n)
{
	return send_message(jail->control, what, bytes, fds, n) == (ssize_t)bytes;
}

/* ---- requests ---- */

static bool fds_fit(const struct request *request, const int *fds, unsigned n)
{
	unsigned next = 0;

	if (n != fds_of_request(request->flags))
		return false;
	if (request->flags & HAS_STDIN) {
		if (!is_sealed_file(fds[next], UINT64_MAX) && !is_pipe(fds[next], O_RDONLY))
			return false;
		next++;
	}
	if (!is_pipe(fds[next], O_WRONLY) || !is_pipe(fds[next + 1], O_WRONLY))
		return false;
	next += 2;
	/* A file of holes is large for nothing; unpacked, it would fill the host's memory. */
	if ((request->flags & HAS_FILES) && !is_sealed_file(fds[next++], slot.plan->max.work_bytes))
		return false;
	return !(request->flags & HAS_OUTPUTS) || is_pipe(fds[next], O_WRONLY);
}

static struct jail *jail_of_member(uint32_t member)
{
	for (struct jail *jail = slot.jails; jail < slot.jails + JAILS_PER_SLOT; jail++)
		if (jail->state >= PREPARING && jail->member == member)
			return jail;
	return NULL;
}

/* The holder answers each request with one clone; a run takes it and asks for the next. */
static bool take_app(void)
{
	struct jail *holder = find(HOLDING);
	struct head head;
	unsigned n = 0;
	int fds[FDS_MAX];
	struct pollfd wait;

	if (holder == NULL)
		return false;
	wait = (struct pollfd){ .fd = holder->control, .events = POLLIN };
	if (slot.app < 0 && poll(&wait, 1, APP_MAX_MS) == 1 &&
	    receive_message(holder->control, &head, sizeof head, fds, &n, MSG_DONTWAIT) > 0 && n == 1)
		slot.app = fds[0];
	head = (struct head){ .type = CLONE_APP };
	return slot.app >= 0 && send_to_init(holder, &head, sizeof head, NULL, 0);
}

static void note_limits(struct jail *jail, const struct request *request)
{
	jail->member = request->head.member;
	jail->flags = request->flags;
	jail->cpu_ns = request->cpu_ns;
	jail->wall_ns = request->wall_ns;
	jail->memory_bytes = request->memory_bytes;
	jail->processes = request->processes;
}

static void on_prepare(size_t bytes, int *fds, unsigned n)
{
	const struct request *request = (const struct request *)message;
	int passed[FDS_MAX];
	struct jail *jail;

	if (!check_request(message, bytes, &slot.plan->max) || !fds_fit(request, fds, n) ||
	    jail_of_member(request->head.member) != NULL)
		return refuse();
	memcpy(passed, fds, n * sizeof *fds);
	if (request->flags & USE_APP) {
		if (!take_app())
			return refuse();
		passed[n++] = slot.app;
	}
	jail = take_spare();
	if (jail == NULL)
		return refuse();
	note_limits(jail, request);
	jail->state = PREPARING;
	if (!send_to_init(jail, message, bytes, passed, n))
		kill_jail(jail, BY_ITSELF);
	if (request->flags & USE_APP)
		close_fd(&slot.app);
}

static void on_load(const int *fds, unsigned n)
{
	struct head head = { .type = LOAD };
	struct jail *jail = find(HOLDING);

	if (n != 1 || !is_sealed_file(fds[0], slot.plan->max.work_bytes) || find(LOADING) != NULL)
		return refuse();
	close_fd(&slot.app);
	if (jail != NULL) {
		jail->state = REPLACED;
		kill_jail(jail, BY_REQUEST);
	}
	jail = take_spare();
	if (jail == NULL)
		return refuse();
	jail->state = LOADING;
	if (!send_to_init(jail, &head, sizeof head, fds, 1))
		kill_jail(jail, BY_ITSELF);
}

static void start(struct jail *jail)
{
	struct head head = { .type = START };
	uint64_t now_ns = monotonic_ns();

	jail->state = RUNNING;
	jail->used_bytes = read_number(jail->cgroup.memory_fd);
	jail->deadline_ns = now_ns + jail->wall_ns;
	jail->check_ns = now_ns + MS_NS;
	/* What the jail holds already is not the program's: the limit counts from here. */
	if (!cgroup_limit(&jail->cgroup, slot.plan, jail->used_bytes + jail->memory_bytes, jail->processes + 1)) {
		jail->shared->failed_errno = errno;
		jail->shared->failed_step = STEP_LIMITS;
		kill_jail(jail, BY_ITSELF);
	} else if (!send_to_init(jail, &head, sizeof head, NULL, 0)) {
		kill_jail(jail, BY_ITSELF);
	}
}

static void on_start(uint32_t members)
{
	for (uint32_t member = 0; member < 2; member++) {
		struct jail *jail = jail_of_member(member);

		if ((members >> member & 1) == 0)
			continue;
		if (jail == NULL || jail->state != PREPARED)
			return refuse();
		start(jail);
	}
}

static void on_kill(uint32_t members)
{
	for (uint32_t member = 0; member < 2; member++) {
		struct jail *jail = jail_of_member(member);

		if ((members >> member & 1) != 0 && jail != NULL)
			kill_jail(jail, BY_REQUEST);
	}
}

static void on_client(void)
{
	const struct head *head = (const struct head *)message;
	int fds[FDS_MAX];
	unsigned n;
	ssize_t got = receive_message(slot.client, message, sizeof message, fds, &n, MSG_DONTWAIT);

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0)
		end_lease();
	else if (got < (ssize_t)sizeof *head)
		refuse();
	else if (head->type == PREPARE)
		on_prepare((size_t)got, fds, n);
	else if (head->type == LOAD && got == sizeof *head)
		on_load(fds, n);
	else if (head->type == START && got == sizeof *head && n == 0)
		on_start(head->member);
	else if (head->type == KILL && got == sizeof *head && n == 0)
		on_kill(head->member);
	else
		refuse();
	close_fds(fds, &n);
}

static void on_connect(void)
{
	struct hello hello = { .head = { HELLO, 0 }, .version = PROTOCOL_VERSION, .slot = slot.number };
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t size = sizeof peer;
	int client = accept4(slot.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (client < 0)
		return;
	if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != slot.plan->peer_uid) {
		close(client);
		return;
	}
	if (slot.client >= 0) {
		hello.head.type = BUSY;
		(void)!send(client, &hello, sizeof hello, MSG_NOSIGNAL | MSG_DONTWAIT);
		close(client);
		return;
	}
	slot.client = client;
	answer(&hello, sizeof hello);
}

/* ---- events of a jail ---- */

static void count_usage(struct jail *jail)
{
	if (!jail->counted)
		cgroup_read(&jail->cgroup, slot.plan, &jail->usage);
	jail->counted = true;
}

static void on_ended(struct jail *jail)
{
	struct head head = { .type = COLLECT };

	/* Everything of the program is reaped: the counters are final, and the collector's own
	 * cost comes after. */
	count_usage(jail);
	jail->state = COLLECTING;
	jail->deadline_ns = monotonic_ns() + COLLECT_MAX_MS * MS_NS;
	if (jail->flags & HAS_OUTPUTS) {
		cgroup_relax(&jail->cgroup, slot.plan);
		(void)!send_to_init(jail, &head, sizeof head, NULL, 0);
	}
}

static void on_control(struct jail *jail)
{
	struct head head;
	int fds[FDS_MAX];
	unsigned n = 0;
	ssize_t got = receive_message(jail->control, &head, sizeof head, fds, &n, MSG_DONTWAIT);

	if (got <= 0) { /* its death arrives through the pidfd */
		if (got == 0)
			close_fd(&jail->control);
		return;
	}
	if (head.type == READY && jail->state == PREPARING && !jail->killed) {
		slot.lost_spares = 0;
		jail->state = PREPARED;
		answer_head(READY, jail->member);
	} else if (head.type == LOADED && n == 1 && !jail->killed) {
		if (jail->state == LOADING)
			answer_head(LOADED, 0);
		jail->state = HOLDING;
		close_fd(&slot.app);
		slot.app = fds[0];
		n = 0;
	} else if (head.type == ENDED && jail->state == RUNNING) {
		on_ended(jail);
	}
	close_fds(fds, &n);
}

/* Killed for memory below its own limit: the host, or a cgroup above ours, has too little. */
static bool host_memory_ended_it(const struct jail *jail)
{
	return jail->usage.oom_kills > 0 && jail->usage.memory_limit_hits == 0;
}

static bool memory_ended_it(const struct jail *jail)
{
	/* An exec that found no memory is the limit's doing too. */
	return jail->usage.oom_kills > 0 ||
	       (jail->shared->failed_step == STEP_EXEC && jail->shared->failed_errno == ENOMEM);
}

static enum ended_by judge_end(const struct jail *jail, uint64_t cpu_ns, uint64_t wall_ns)
{
	if (jail->shared->denied)
		return BY_SYSCALL;
	if (memory_ended_it(jail))
		return BY_MEMORY;
	if (jail->ended_by != BY_ITSELF)
		return jail->ended_by;
	if (cpu_ns >= jail->cpu_ns)
		return BY_CPU;
	return wall_ns >= jail->wall_ns ? BY_WALL : BY_ITSELF;
}

static uint64_t above(uint64_t value, uint64_t base)
{
	return value > base ? value - base : 0;
}

static void answer_exited(struct jail *jail)
{
	const struct shared *shared = jail->shared;
	uint64_t end_ns = shared->end_ns != 0 ? shared->end_ns : monotonic_ns();
	uint64_t base_bytes;
	struct exited event = {
		.head = { EXITED, jail->member },
		.wait_status = shared->end_ns != 0 ? shared->wait_status : -1,
		.work_bytes = shared->work_bytes,
		.oom_kills = jail->usage.oom_kills,
		.memory_limit_hits = jail->usage.memory_limit_hits,
		.processes_limit_hits = jail->usage.processes_limit_hits,
		.processes_peak = jail->usage.processes_peak > 0 ? jail->usage.processes_peak - 1 : -1,
		.denied_number = shared->denied_number,
		.denied_arch = shared->denied_arch,
		.collected = shared->collected,
	};

	if (shared->has_baseline) {
		event.cpu_ns = above(jail->usage.cpu_ns, shared->cpu_base_ns);
		event.wall_ns = above(end_ns, shared->start_ns);
		/* The larger base, or a program at its limit would be said to be above it. */
		base_bytes = shared->memory_base_bytes > jail->used_bytes ? shared->memory_base_bytes : jail->used_bytes;
		event.memory_bytes = above(jail->usage.memory_peak_bytes, base_bytes);
	}
	event.ended_by = judge_end(jail, event.cpu_ns, event.wall_ns);
	answer(&event, sizeof event);
}

static void answer_end(struct jail *jail)
{
	const struct shared *shared = jail->shared;
	bool ran = jail->state == RUNNING || jail->state == COLLECTING;

	count_usage(jail);
	if (host_memory_ended_it(jail))
		answer_failed(jail->member, STEP_HOST_MEMORY, ENOMEM);
	else if (ran && memory_ended_it(jail))
		answer_exited(jail);
	else if (shared->failed_step != 0)
		answer_failed(jail->member, shared->failed_step, shared->failed_errno);
	else if (ran && shared->has_baseline && (jail->ended_by != BY_ITSELF || shared->end_ns != 0))
		answer_exited(jail);
	else /* also when the wall limit passed before the program began: the host is too slow */
		answer_failed(jail->member, STEP_INIT, jail->killed ? ECANCELED : ECHILD);
}

static void destroy(struct jail *jail)
{
	close_fd(&jail->pidfd);
	close_fd(&jail->control);
	if (!cgroup_destroy(&jail->cgroup, slot.plan))
		die("cannot remove cgroup %s", jail->cgroup.name);
	jail->state = EMPTY;
}

static _Noreturn void die_of(const struct jail *jail)
{
	die("an init died before its time, at step %u: %s", jail->shared->failed_step,
	    strerror(jail->shared->failed_errno));
}

static void on_dead(struct jail *jail)
{
	struct jail dead = *jail;

	while (waitpid(jail->pid, NULL, 0) < 0 && errno == EINTR)
		;
	/* The last word of a jail may still wait in its socket. */
	if (jail->control >= 0 && jail->state == RUNNING)
		on_control(jail);
	dead = *jail;
	count_usage(&dead);
	destroy(jail);
	if (dead.state == HOLDING)
		close_fd(&slot.app);
	if (dead.state == LOADING && !dead.killed)
		answer_failed(0, dead.shared->failed_step, dead.shared->failed_errno);
	else if (dead.state >= PREPARING)
		answer_end(&dead);
	/* The host's OOM killer may take one that waits; when all die, nothing can be promised. */
	if (dead.state == SPARE && ++slot.lost_spares > LOST_SPARES_MAX)
		die_of(&dead);
}

/* ---- limits ---- */

static void look_at_cpu(struct jail *jail, uint64_t now_ns)
{
	uint64_t cores = slot.plan->cpu[slot.number] >= 0 ? 1 : slot.plan->cpus_online;
	uint64_t used_ns, wait_ns = MS_NS;

	if (__atomic_load_n(&jail->shared->has_baseline, __ATOMIC_ACQUIRE)) {
		jail->deadline_ns = jail->shared->start_ns + jail->wall_ns; /* from execve, as reported */
		used_ns = above(read_cpu_ns(jail->cgroup.cpu_fd, slot.plan->cgroup_version), jail->shared->cpu_base_ns);
		if (used_ns >= jail->cpu_ns) {
			kill_jail(jail, BY_CPU);
			return;
		}
		wait_ns = (jail->cpu_ns - used_ns) / cores; /* all cores together are no faster */
	}
	jail->check_ns = now_ns + (wait_ns < MS_NS ? MS_NS : wait_ns);
}

static void look_at_oom(struct jail *jail, uint64_t now_ns)
{
	struct usage usage;

	/* v1 tells of the OOM before it has killed, so the count may come a moment later. */
	cgroup_read(&jail->cgroup, slot.plan, &usage);
	if (usage.oom_kills > 0)
		kill_jail(jail, BY_MEMORY);
	else if (jail->check_ns > now_ns + MS_NS)
		jail->check_ns = now_ns + MS_NS;
}

static void enforce(struct jail *jail, uint64_t now_ns)
{
	if (jail->killed) {
		if (now_ns >= jail->gone_by_ns)
			die("a jail of slot %u does not die", slot.number);
		return;
	}
	if (jail->state == COLLECTING && now_ns >= jail->deadline_ns)
		kill_jail(jail, BY_ITSELF);
	if (jail->state != RUNNING)
		return;
	if (jail->oom_pending)
		look_at_oom(jail, now_ns);
	if (now_ns >= jail->deadline_ns)
		/* One that ended in time, and is only being tidied away, is judged by its numbers. */
		kill_jail(jail, jail->shared->end_ns == 0 ? BY_WALL : BY_ITSELF);
	else if (now_ns >= jail->check_ns)
		look_at_cpu(jail, now_ns);
}

static uint64_t next_event_ns(const struct jail *jail)
{
	if (jail->state == EMPTY)
		return UINT64_MAX;
	if (jail->killed)
		return jail->gone_by_ns;
	if (jail->state == RUNNING)
		return jail->check_ns < jail->deadline_ns ? jail->check_ns : jail->deadline_ns;
	return jail->state == COLLECTING ? jail->deadline_ns : UINT64_MAX;
}

/* ---- the loop ---- */

static bool is_idle(void)
{
	return count(PREPARING) + count(PREPARED) + count(RUNNING) + count(COLLECTING) + count(LOADING) == 0;
}

static bool wants_spare(void)
{
	return is_idle() && count(SPARE) < SPARES && find(EMPTY) != NULL;
}

static bool is_clean(void)
{
	return count(SPARE) + count(EMPTY) == JAILS_PER_SLOT;
}

static struct timespec time_to_next_event(void)
{
	uint64_t next_ns = UINT64_MAX, now_ns = monotonic_ns();

	for (struct jail *jail = slot.jails; jail < slot.jails + JAILS_PER_SLOT; jail++) {
		uint64_t at_ns = next_event_ns(jail);

		next_ns = at_ns < next_ns ? at_ns : next_ns;
	}
	if (wants_spare() || next_ns <= now_ns)
		return (struct timespec){ 0, 0 };
	next_ns = next_ns == UINT64_MAX ? 3600 * 1000 * MS_NS : next_ns - now_ns;
	return (struct timespec){ (time_t)(next_ns / 1000000000), (long)(next_ns % 1000000000) };
}

static void handle_jail(struct jail *jail, const struct pollfd *fds)
{
	uint64_t drained;

	if (jail->state == EMPTY)
		return;
	if (fds[2].revents & POLLIN) {
		(void)!read(jail->cgroup.oom_event_fd, &drained, sizeof drained);
		jail->oom_pending = true;
	}
	if (fds[1].revents & (POLLIN | POLLHUP))
		on_control(jail);
	if (fds[0].revents & POLLIN)
		on_dead(jail);
	else
		enforce(jail, monotonic_ns());
}

static void turn(void)
{
	struct pollfd fds[2 + 3 * JAILS_PER_SLOT];
	struct timespec timeout = time_to_next_event();
	int events;

	/* While the jails of the last lease die, a new one waits in the backlog. */
	fds[0] = (struct pollfd){ .fd = slot.client >= 0 || is_clean() ? slot.listener : -1, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = slot.client, .events = POLLIN };
	for (int i = 0; i < JAILS_PER_SLOT; i++) {
		struct jail *jail = &slot.jails[i];
		bool lives = jail->state != EMPTY;
		struct pollfd *at = &fds[2 + 3 * i];

		at[0] = (struct pollfd){ .fd = lives ? jail->pidfd : -1, .events = POLLIN };
		at[1] = (struct pollfd){ .fd = lives && jail->state != HOLDING ? jail->control : -1, .events = POLLIN };
		at[2] = (struct pollfd){ .fd = lives ? jail->cgroup.oom_event_fd : -1, .events = POLLIN };
	}
	events = ppoll(fds, 2 + 3 * JAILS_PER_SLOT, &timeout, NULL);
	if (events < 0 && errno != EINTR)
		die("ppoll failed: %s", strerror(errno));
	if (events < 0)
		return;
	for (int i = 0; i < JAILS_PER_SLOT; i++)
		handle_jail(&slot.jails[i], &fds[2 + 3 * i]);
	if (fds[1].revents != 0 && slot.client == fds[1].fd)
		on_client();
	if (fds[0].revents != 0)
		on_connect();
	if (events == 0 && wants_spare())
		make_spare(find(EMPTY));
}

static void map_shared_pages(void)
{
	for (int i = 0; i < JAILS_PER_SLOT; i++) {
		slot.jails[i].shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (slot.jails[i].shared == MAP_FAILED)
			die("cannot map a shared page: %s", strerror(errno));
	}
}

static void isolate_jailer(void)
{
	if (unshare(CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWIPC) < 0 || sethostname("brig", 4) < 0)
		die("cannot make the jailer's namespaces: %s", strerror(errno));
	build_root(slot.plan);
}

/* The first inits say that they wait: a slot that cannot make a jail is never called ready. */
static void prove(const struct jail *jail)
{
	struct pollfd wait = { .fd = jail->control, .events = POLLIN };
	struct head head = { 0 };

	if (poll(&wait, 1, SPARE_MAX_MS) != 1 || recv(jail->control, &head, sizeof head, 0) <= 0 ||
	    head.type != WAITING)
		die_of(jail);
}

/* A slot is one core, its jailer's and its programs': a jailer that wakes there interrupts the
 * program, so that the kernel has charged its running slice and a limit is seen when it is crossed.
 * From another core the counter lags up to a tick. The filter lets no program change it. */
static void pin_to_core(void)
{
	cpu_set_t set;

	if (slot.plan->cpu[slot.number] < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(slot.plan->cpu[slot.number], &set);
	if (sched_setaffinity(0, sizeof set, &set) < 0)
		die("cannot pin slot %u to core %d: %s", slot.number, slot.plan->cpu[slot.number], strerror(errno));
}

_Noreturn void slot_main(const struct plan *plan, unsigned number, int listener)
{
	static const int kept[] = { CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID, CAP_KILL };

	slot.plan = plan;
	slot.number = number;
	slot.listener = listener;
	slot.client = slot.app = -1;
	pin_to_core();
	/* Ahead of the program on its core; without the right to it, a little later. */
	(void)!setpriority(PRIO_PROCESS, 0, -10);
	map_shared_pages();
	isolate_jailer();
	keep_capabilities(kept, sizeof kept / sizeof *kept);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	while (count(SPARE) < SPARES)
		prove(make_spare(find(EMPTY)));
	if (send(3, "r", 1, MSG_NOSIGNAL) < 0)
		die("the supervisor is gone");
	close(3);
	for (;;)
		turn();
}
