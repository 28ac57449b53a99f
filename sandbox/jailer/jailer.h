/* The whole internal interface of the jailer, grouped by file.
 *
 * Processes and rights
 *
 *   supervisor      started by Python with a plan (sealed memfd), a lifeline on fd 0, a status
 *                   pipe on fd 1. Locks the instance, sweeps what dead instances left, starts one jailer
 *                   per slot, restarts them, removes everything at the end.
 *   jailer          one per slot. Lives in a mount namespace that holds the jail's read-only
 *                   system and nothing of the host. Keeps four capabilities. Never allocates.
 *   init            pid 1 of a jail, cloned ahead of need; waits for one request, serves it, dies.
 *   program         child of init; loses every right before execve.
 *   unpacker/       short-lived children of init that lose every right too, because they read
 *   collector       names and bytes that users chose.
 *
 * Sockets: worker <-> jailer is SOCK_SEQPACKET (wire.c checks every message). jailer <-> init is a
 * SOCK_SEQPACKET pair; the shared page carries numbers from init and program to the jailer.
 */
#ifndef BRIG_JAILER_H
#define BRIG_JAILER_H

#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- limits of the implementation ---- */
enum {
	PLAN_MAX_BYTES = 256 << 10,
	MESSAGE_MAX_BYTES = 64 << 10,
	SLOTS_MAX = 64,
	MOUNTS_MAX = 64,
	CONTROLLERS_MAX = 3,
	ARGS_MAX = 1024,
	FDS_MAX = 6,
	JAILS_PER_SLOT = 5, /* two joined, one holding the artefact, two ahead of need */
	SPARES = 2,
	NAME_MAX_BYTES = 1024,
	DEPTH_MAX = 16,
	FILES_MAX = 4096,
};

/* ---- the plan: written by Python (sandbox/plan.py), fixed at start ---- */
enum mount_kind { MOUNT_DIR = 1, MOUNT_BIND, MOUNT_EMPTY, MOUNT_SYMLINK, MOUNT_FILE, MOUNT_DEVICE };

struct mount_op {
	uint32_t kind;
	uint32_t optional; /* a missing source is no error */
	const char *source; /* host path, link target, or file content */
	const char *target; /* below the jail's root, without the leading slash */
};

struct bounds { /* upper bounds of what a request may ask for */
	uint64_t cpu_ns, wall_ns, memory_bytes, file_bytes, stack_bytes, work_bytes, outputs_bytes;
	uint32_t processes, open_files, work_inodes, reserved;
};

struct plan {
	uint32_t slots;
	uint32_t cgroup_version; /* 1 or 2 */
	uint32_t rootless; /* an ordinary user: everything inside a user namespace */
	uint32_t user_namespace; /* each program gets one of its own */
	uint32_t uid_base;
	uint32_t peer_uid; /* who may lease a slot, as SO_PEERCRED shows it */
	uint32_t socket_uid; /* who owns the sockets */
	uint32_t cpus_online;
	int32_t cpu[SLOTS_MAX]; /* core of each slot, -1: any */
	struct bounds max;
	const char *instance;
	const char *run_path;
	uint32_t controllers; /* v1: memory, pids, cpuacct in this order; v2: one tree */
	const char *cgroup_path[CONTROLLERS_MAX];
	uint32_t mounts;
	struct mount_op mount[MOUNTS_MAX];
	uint32_t filter_instructions;
	const void *filter; /* struct sock_filter[] */
};

bool plan_parse(struct plan *plan, char *data, size_t bytes);

/* ---- wire.c: worker <-> jailer, jailer <-> init ---- */
enum message_type {
	PREPARE = 1, START, KILL, LOAD, CLONE_APP, COLLECT,
	HELLO = 100, BUSY, LOADED, READY, EXITED, FAILED, REFUSED, ENDED, WAITING,
};
enum request_flag { USE_APP = 1, HAS_STDIN = 2, HAS_FILES = 4, HAS_OUTPUTS = 8 };
enum { PROTOCOL_VERSION = 1 };

struct head {
	uint32_t type;
	uint32_t member; /* 0 or 1; START: bit mask of members */
};

struct request { /* PREPARE; strings follow: argv, env, outputs, each ended by NUL */
	struct head head;
	uint64_t cpu_ns, wall_ns, memory_bytes, file_bytes, stack_bytes, work_bytes, outputs_bytes;
	uint32_t processes, open_files, work_inodes, flags;
	uint32_t argc, envc, outputc, strings_bytes;
};

struct hello {
	struct head head;
	uint32_t version, slot;
};

struct failed {
	struct head head;
	uint32_t step;
	int32_t error;
};

struct exited {
	struct head head;
	uint32_t ended_by; /* enum ended_by */
	int32_t wait_status; /* of the main process; -1 when it was never reaped by init */
	uint64_t cpu_ns, wall_ns, memory_bytes, work_bytes;
	uint32_t oom_kills, memory_limit_hits, processes_limit_hits;
	int32_t processes_peak; /* -1: the kernel does not count it */
	int32_t denied_number;
	uint32_t denied_arch;
	uint32_t collected, reserved; /* outputs were streamed to their end */
};

enum ended_by { BY_ITSELF = 0, BY_CPU, BY_WALL, BY_MEMORY, BY_SYSCALL, BY_REQUEST };

struct strings { /* pointers into a checked request, NULL-ended */
	const char *argv[ARGS_MAX + 1];
	const char *env[ARGS_MAX + 1];
	const char *outputs[ARGS_MAX + 1];
};

/* A PREPARE with its limits and strings; the only thing a worker can ask for. */
bool check_request(const void *message, size_t bytes, const struct bounds *max);
bool split_strings(const struct request *request, struct strings *strings);
unsigned fds_of_request(uint32_t flags);
bool is_sealed_file(int fd, uint64_t max_bytes);
bool is_pipe(int fd, int access_mode);

ssize_t send_message(int socket, const void *message, size_t bytes, const int *fds, unsigned count);
ssize_t receive_message(int socket, void *message, size_t bytes, int *fds, unsigned *count, int flags);
void close_fd(int *fd);
void close_fds(int *fds, unsigned *count);

/* ---- steps: where a set-up failed; names in sandbox/protocol.py ---- */
enum step {
	STEP_NONE = 0, STEP_CLONE, STEP_CGROUP, STEP_ATTACH, STEP_PROC, STEP_OOM_SCORE, STEP_WORK_DIR,
	STEP_APP, STEP_CGROUP_NAMESPACE, STEP_UNPACK, STEP_LIMITS, STEP_FORK, STEP_FDS, STEP_RLIMIT,
	STEP_CREDENTIALS, STEP_USER_NAMESPACE, STEP_CAPABILITIES, STEP_NO_NEW_PRIVS, STEP_PARENT,
	STEP_SECCOMP, STEP_BASELINE, STEP_EXEC, STEP_INIT, STEP_REAP, STEP_MESSAGE,
	STEP_HOST_MEMORY,
};

/* ---- cgroup.c ---- */
struct cgroup {
	char name[48];
	int cpu_fd, memory_fd, peak_fd, events_fd, pids_events_fd, pids_peak_fd;
	int directory[CONTROLLERS_MAX];
	int oom_event_fd; /* v1 only: becomes readable when the OOM killer ran */
	uint64_t memory_max; /* what was written at START */
};

struct usage {
	uint64_t cpu_ns, memory_peak_bytes;
	uint32_t oom_kills, memory_limit_hits, processes_limit_hits;
	int32_t processes_peak;
};

extern int cgroup_base[CONTROLLERS_MAX]; /* directory of this instance in each tree */

bool cgroups_open(const struct plan *plan);
void cgroups_sweep_slot(const struct plan *plan, unsigned slot);
bool cgroups_close(const struct plan *plan);
bool cgroup_create(struct cgroup *cgroup, const struct plan *plan);
bool cgroup_attach(const struct cgroup *cgroup, const struct plan *plan, pid_t pid);
bool cgroup_limit(struct cgroup *cgroup, const struct plan *plan, uint64_t memory, uint32_t pids);
void cgroup_relax(const struct cgroup *cgroup, const struct plan *plan);
void cgroup_read(const struct cgroup *cgroup, const struct plan *plan, struct usage *usage);
bool cgroup_destroy(struct cgroup *cgroup, const struct plan *plan);
uint64_t read_cpu_ns(int fd, uint32_t cgroup_version);
uint64_t read_number(int fd);
int remove_below(int parent, const char *name, int depth);

/* ---- root.c ---- */
void build_root(const struct plan *plan);

/* ---- archive.c: runs in children without rights ---- */
int unpack_archive(int archive, int directory);
int collect_outputs(int work, const char *const *names, uint64_t max_bytes, int out);

/* ---- init.c ---- */
struct shared { /* one page, written by init and program, read by the jailer */
	volatile uint32_t failed_step;
	volatile int32_t failed_errno;
	volatile uint32_t has_baseline; /* the program is about to call execve */
	volatile uint64_t cpu_base_ns, memory_base_bytes, start_ns, end_ns, work_bytes;
	volatile int32_t wait_status;
	volatile uint32_t denied; /* the filter stopped a system call */
	volatile int32_t denied_number;
	volatile uint32_t denied_arch;
	volatile uint32_t collected;
};

struct init_arguments {
	const struct plan *plan;
	const struct cgroup *cgroup;
	struct shared *shared;
	int control;
	uint32_t uid;
};

_Noreturn void init_main(const struct init_arguments *arguments);

/* ---- rights.c ---- */
void keep_capabilities(const int *kept, unsigned count);
int drop_rights(const struct plan *plan, uint32_t uid, enum step *step);

/* ---- slot.c ---- */
_Noreturn void slot_main(const struct plan *plan, unsigned slot, int ready);

/* ---- supervise.c ---- */
int supervise(struct plan *plan);

/* ---- clock and errors ---- */
uint64_t monotonic_ns(void);
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
