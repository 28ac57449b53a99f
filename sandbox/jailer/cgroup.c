/* One account per jail. cgroup v2 is one tree; v1 is three (memory, pids, cpuacct).
 *
 * All files are reached from directory descriptors that were opened before the jailer left the
 * host's mount namespace. A cgroup is made for one jail and removed with it: a used one cannot be
 * proven empty (dentries and page cache of the last program stay charged).
 */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int cgroup_base[CONTROLLERS_MAX] = { -1, -1, -1 };
static int cgroup_root[CONTROLLERS_MAX] = { -1, -1, -1 };

enum { V1_MEMORY = 0, V1_PIDS = 1, V1_CPUACCT = 2, V2_TREE = 0 };
/* v1 charges memory+swap first, and counts only what failed at memory: so memory has to be full
 * before, by more than one batch of the kernel's (MEMCG_CHARGE_BATCH, 64 pages). */
enum { SWAP_ROOM_BYTES = 512 << 10 };

static bool write_text(int directory, const char *name, const char *text)
{
	int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

static bool write_number(int directory, const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%llu", (unsigned long long)number);
	return write_text(directory, name, text);
}

static ssize_t read_text(int fd, char *text, size_t size)
{
	ssize_t got = pread(fd, text, size - 1, 0);

	text[got > 0 ? got : 0] = '\0';
	return got;
}

uint64_t read_number(int fd)
{
	char text[32];

	return read_text(fd, text, sizeof text) > 0 ? strtoull(text, NULL, 10) : 0;
}

/* The value behind `key ` at the start of a line, as in memory.events. */
static uint64_t read_key(int fd, const char *key)
{
	char text[1024];
	size_t length = strlen(key);

	if (fd < 0 || read_text(fd, text, sizeof text) <= 0)
		return 0;
	for (char *line = text; line != NULL && *line != '\0';) {
		if (strncmp(line, key, length) == 0 && line[length] == ' ')
			return strtoull(line + length, NULL, 10);
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	return 0;
}

uint64_t read_cpu_ns(int fd, uint32_t cgroup_version)
{
	struct timespec now;

	/* Reading a thread's clock makes the kernel charge its running slice to the cgroup first
	 * (task_sched_runtime, kernel/sched/core.c); without it the counter lags up to a tick. */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return cgroup_version == 1 ? read_number(fd) : read_key(fd, "usage_usec") * 1000;
}

static int make_directory(int parent, const char *name)
{
	if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
		return -1;
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Remove a cgroup and those below it, killing what still runs there. Returns 0 when it is gone. */
int remove_below(int parent, const char *name, int depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent *entry;
	DIR *list;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	list = depth > 0 ? fdopendir(dup(fd)) : NULL;
	while (list != NULL && (entry = readdir(list)) != NULL)
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			remove_below(fd, entry->d_name, depth - 1);
	if (list != NULL)
		closedir(list);
	for (int tries = 0; unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno == EBUSY; tries++) {
		FILE *processes = fdopen(openat(fd, "cgroup.procs", O_RDONLY | O_CLOEXEC), "r");
		int pid;

		while (processes != NULL && fscanf(processes, "%d", &pid) == 1)
			if (pid > 0)
				kill(pid, SIGKILL);
		if (processes != NULL)
			fclose(processes);
		if (tries == 200)
			break;
		usleep(tries < 20 ? 500 : 10000);
	}
	close(fd);
	return faccessat(parent, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : -1;
}

static bool enable_controllers(int directory)
{
	return write_text(directory, "cgroup.subtree_control", "+memory +pids") &&
	       (write_text(directory, "cgroup.subtree_control", "+cpu") || true); /* cpu.stat suffices */
}

/* Make and open the directory of this instance in every tree. */
bool cgroups_open(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->controllers; i++) {
		cgroup_root[i] = open(plan->cgroup_path[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (cgroup_root[i] < 0)
			return false;
		if (plan->cgroup_version == 2 && !enable_controllers(cgroup_root[i]))
			return false;
		cgroup_base[i] = make_directory(cgroup_root[i], plan->instance);
		if (cgroup_base[i] < 0)
			return false;
		if (plan->cgroup_version == 2 && !enable_controllers(cgroup_base[i]))
			return false;
	}
	return true;
}

/* Remove what a dead jailer of this slot left: names begin with `s<slot>-`. */
void cgroups_sweep_slot(const struct plan *plan, unsigned slot)
{
	char prefix[16];
	struct dirent *entry;

	snprintf(prefix, sizeof prefix, "s%u-", slot);
	for (uint32_t i = 0; i < plan->controllers; i++) {
		DIR *list = fdopendir(openat(cgroup_base[i], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

		while (list != NULL && (entry = readdir(list)) != NULL)
			if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
				remove_below(cgroup_base[i], entry->d_name, 1);
		if (list != NULL)
			closedir(list);
	}
}

bool cgroups_close(const struct plan *plan)
{
	bool done = true;

	for (uint32_t i = 0; i < plan->controllers; i++)
		done &= remove_below(cgroup_root[i], plan->instance, 2) == 0;
	return done;
}

static bool open_v1(struct cgroup *c)
{
	char text[48];
	bool armed;

	c->cpu_fd = openat(c->directory[V1_CPUACCT], "cpuacct.usage", O_RDONLY | O_CLOEXEC);
	c->memory_fd = openat(c->directory[V1_MEMORY], "memory.usage_in_bytes", O_RDONLY | O_CLOEXEC);
	c->peak_fd = openat(c->directory[V1_MEMORY], "memory.max_usage_in_bytes", O_RDWR | O_CLOEXEC);
	c->events_fd = openat(c->directory[V1_MEMORY], "memory.oom_control", O_RDONLY | O_CLOEXEC);
	c->pids_events_fd = openat(c->directory[V1_PIDS], "pids.events", O_RDONLY | O_CLOEXEC);
	c->pids_peak_fd = openat(c->directory[V1_PIDS], "pids.peak", O_RDONLY | O_CLOEXEC);
	/* v1 kills one process and has no oom.group: an event lets the jailer end the rest. */
	c->oom_event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	snprintf(text, sizeof text, "%d %d", c->oom_event_fd, c->events_fd);
	armed = c->oom_event_fd >= 0 &&
		write_text(c->directory[V1_MEMORY], "cgroup.event_control", text);
	return armed && c->cpu_fd >= 0 && c->memory_fd >= 0 && c->peak_fd >= 0 &&
	       c->events_fd >= 0 && c->pids_events_fd >= 0;
}

static bool open_v2(struct cgroup *c)
{
	int tree = c->directory[V2_TREE];

	c->cpu_fd = openat(tree, "cpu.stat", O_RDONLY | O_CLOEXEC);
	c->memory_fd = openat(tree, "memory.current", O_RDONLY | O_CLOEXEC);
	c->peak_fd = openat(tree, "memory.peak", O_RDWR | O_CLOEXEC); /* writable from 6.12 */
	if (c->peak_fd < 0)
		c->peak_fd = openat(tree, "memory.peak", O_RDONLY | O_CLOEXEC);
	c->events_fd = openat(tree, "memory.events", O_RDONLY | O_CLOEXEC);
	c->pids_events_fd = openat(tree, "pids.events", O_RDONLY | O_CLOEXEC);
	c->pids_peak_fd = openat(tree, "pids.peak", O_RDONLY | O_CLOEXEC);
	return c->cpu_fd >= 0 && c->memory_fd >= 0 && c->peak_fd >= 0 && c->events_fd >= 0 &&
	       c->pids_events_fd >= 0 && write_text(tree, "memory.oom.group", "1");
}

/* Make the cgroup called cgroup->name. On failure the caller destroys what was made. */
bool cgroup_create(struct cgroup *cgroup, const struct plan *plan)
{
	cgroup->cpu_fd = cgroup->memory_fd = cgroup->peak_fd = cgroup->events_fd = -1;
	cgroup->pids_events_fd = cgroup->pids_peak_fd = cgroup->oom_event_fd = -1;
	for (uint32_t i = 0; i < CONTROLLERS_MAX; i++)
		cgroup->directory[i] = -1;
	for (uint32_t i = 0; i < plan->controllers; i++) {
		cgroup->directory[i] = make_directory(cgroup_base[i], cgroup->name);
		if (cgroup->directory[i] < 0)
			return false;
	}
	return plan->cgroup_version == 1 ? open_v1(cgroup) : open_v2(cgroup);
}

/* v1 only: a v2 jail is born in its cgroup. May wait up to 18 ms for a grace period of RCU, so it
 * is called while the slot is idle. */
bool cgroup_attach(const struct cgroup *cgroup, const struct plan *plan, pid_t pid)
{
	for (uint32_t i = 0; i < plan->controllers; i++)
		if (!write_number(cgroup->directory[i], "cgroup.procs", (uint64_t)pid))
			return false;
	return true;
}

/* A host without swap, or without swap accounting, has no such file: nothing to limit. */
static bool write_if_present(int directory, const char *name, uint64_t bytes)
{
	return faccessat(directory, name, F_OK, 0) < 0 || write_number(directory, name, bytes);
}

bool cgroup_limit(struct cgroup *cgroup, const struct plan *plan, uint64_t memory, uint32_t pids)
{
	int tree = cgroup->directory[0];

	cgroup->memory_max = memory;
	if (plan->cgroup_version == 1)
		return write_number(tree, "memory.limit_in_bytes", memory) &&
		       write_if_present(tree, "memory.memsw.limit_in_bytes", memory + SWAP_ROOM_BYTES) &&
		       write_if_present(tree, "memory.memsw.max_usage_in_bytes", 0) &&
		       write_if_present(tree, "memory.swappiness", 0) &&
		       write_number(cgroup->directory[V1_PIDS], "pids.max", pids) &&
		       write_number(tree, "memory.max_usage_in_bytes", 0);
	(void)!pwrite(cgroup->peak_fd, "0", 1, 0); /* before 6.12 the peak counts from birth */
	return write_number(tree, "memory.max", memory) && write_if_present(tree, "memory.swap.max", 0) &&
	       write_number(tree, "pids.max", pids);
}

/* After the program is dead and counted: room for the collector. */
void cgroup_relax(const struct cgroup *cgroup, const struct plan *plan)
{
	uint64_t memory = cgroup->memory_max + (16 << 20);
	int tree = cgroup->directory[0];

	if (plan->cgroup_version == 2) {
		write_number(tree, "memory.max", memory);
		return;
	}
	write_if_present(tree, "memory.memsw.limit_in_bytes", memory + SWAP_ROOM_BYTES);
	write_number(tree, "memory.limit_in_bytes", memory);
}

static uint64_t read_file(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	uint64_t number = read_number(fd);

	close_fd(&fd);
	return number;
}

/* How often the jail's own limit was reached, not that of a cgroup above it. */
static uint64_t limit_hits(const struct cgroup *cgroup, uint32_t cgroup_version)
{
	int memory = cgroup->directory[V1_MEMORY];

	if (cgroup_version == 2)
		return read_key(cgroup->events_fd, "max") + read_key(cgroup->events_fd, "oom");
	/* With pages in swap, memory+swap is what was full, and has no counter (Linux 6.18). */
	return read_file(memory, "memory.failcnt") +
	       (read_file(memory, "memory.memsw.max_usage_in_bytes") > cgroup->memory_max);
}

void cgroup_read(const struct cgroup *cgroup, const struct plan *plan, struct usage *usage)
{
	int peak_fd = cgroup->pids_peak_fd;

	usage->cpu_ns = read_cpu_ns(cgroup->cpu_fd, plan->cgroup_version);
	usage->memory_peak_bytes = read_number(cgroup->peak_fd);
	usage->oom_kills = (uint32_t)read_key(cgroup->events_fd, "oom_kill");
	usage->memory_limit_hits = (uint32_t)limit_hits(cgroup, plan->cgroup_version);
	usage->processes_limit_hits = (uint32_t)read_key(cgroup->pids_events_fd, "max");
	usage->processes_peak = peak_fd < 0 ? -1 : (int32_t)read_number(peak_fd);
}

bool cgroup_destroy(struct cgroup *cgroup, const struct plan *plan)
{
	bool done = true;

	close_fd(&cgroup->cpu_fd);
	close_fd(&cgroup->memory_fd);
	close_fd(&cgroup->peak_fd);
	close_fd(&cgroup->events_fd);
	close_fd(&cgroup->pids_events_fd);
	close_fd(&cgroup->pids_peak_fd);
	close_fd(&cgroup->oom_event_fd);
	for (uint32_t i = 0; i < plan->controllers; i++) {
		close_fd(&cgroup->directory[i]);
		if (unlinkat(cgroup_base[i], cgroup->name, AT_REMOVEDIR) < 0 && errno != ENOENT)
			done &= remove_below(cgroup_base[i], cgroup->name, 0) == 0;
	}
	return done;
}
