/* The messages: one bounded layout, checked in one function, fuzzed alone (fuzz.c). */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef PIPEFS_MAGIC
#define PIPEFS_MAGIC 0x50495045
#endif

static bool within(uint64_t value, uint64_t max)
{
	return value > 0 && value <= max;
}

static bool limits_are_bounded(const struct request *r, const struct bounds *max)
{
	return within(r->cpu_ns, max->cpu_ns) && within(r->wall_ns, max->wall_ns) &&
	       within(r->memory_bytes, max->memory_bytes) && within(r->file_bytes, max->file_bytes) &&
	       within(r->stack_bytes, max->stack_bytes) && within(r->work_bytes, max->work_bytes) &&
	       within(r->outputs_bytes, max->outputs_bytes) && within(r->processes, max->processes) &&
	       within(r->open_files, max->open_files) && within(r->work_inodes, max->work_inodes);
}

static bool counts_are_bounded(const struct request *r)
{
	return r->argc > 0 && r->argc <= ARGS_MAX && r->envc <= ARGS_MAX && r->outputc <= ARGS_MAX &&
	       (r->outputc > 0) == ((r->flags & HAS_OUTPUTS) != 0) &&
	       (r->flags & ~(uint32_t)(USE_APP | HAS_STDIN | HAS_FILES | HAS_OUTPUTS)) == 0 &&
	       r->head.member < 2;
}

/* True when `message` is a PREPARE whose every length and limit holds. Touches nothing else. */
bool check_request(const void *message, size_t bytes, const struct bounds *max)
{
	struct request request;
	const char *text = (const char *)message + sizeof request;
	uint32_t ends = 0;

	if (bytes < sizeof request || bytes > MESSAGE_MAX_BYTES)
		return false;
	memcpy(&request, message, sizeof request);
	if (request.head.type != PREPARE || request.strings_bytes != bytes - sizeof request)
		return false;
	if (!limits_are_bounded(&request, max) || !counts_are_bounded(&request))
		return false;
	/* argv[0] is an absolute path inside the jail. Behind an empty text lies the last message. */
	if (request.strings_bytes == 0 || text[0] != '/')
		return false;
	for (size_t i = 0; i < request.strings_bytes; i++)
		ends += text[i] == '\0';
	return text[request.strings_bytes - 1] == '\0' &&
	       ends == request.argc + request.envc + request.outputc;
}

static const char *take(const char **list, uint32_t count, const char *text)
{
	for (uint32_t i = 0; i < count; i++) {
		list[i] = text;
		text += strlen(text) + 1;
	}
	list[count] = NULL;
	return text;
}

/* Point into the strings of a request that check_request has passed. */
bool split_strings(const struct request *request, struct strings *strings)
{
	const char *text = (const char *)(request + 1);

	text = take(strings->argv, request->argc, text);
	text = take(strings->env, request->envc, text);
	text = take(strings->outputs, request->outputc, text);
	return text == (const char *)(request + 1) + request->strings_bytes;
}

unsigned fds_of_request(uint32_t flags)
{
	return 2 + !!(flags & HAS_STDIN) + !!(flags & HAS_FILES) + !!(flags & HAS_OUTPUTS);
}

/* A memfd that nobody can write, shrink, grow or unseal, open for reading only. Files on a host's
 * tmpfs carry F_SEAL_SEAL alone, so they never pass. */
bool is_sealed_file(int fd, uint64_t max_bytes)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	struct stat status;
	int flags = fcntl(fd, F_GETFL);
	int found = fcntl(fd, F_GET_SEALS); /* -1 on a file that cannot be sealed: every bit is set */

	return flags >= 0 && (flags & O_ACCMODE) == O_RDONLY && (flags & O_PATH) == 0 &&
	       found >= 0 && (found & seals) == seals && fstat(fd, &status) == 0 &&
	       S_ISREG(status.st_mode) && (uint64_t)status.st_size <= max_bytes;
}

/* An anonymous pipe (a FIFO with a host path lives on another file system). */
bool is_pipe(int fd, int access_mode)
{
	struct statfs fs;
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) == access_mode &&
	       (flags & (O_NONBLOCK | O_ASYNC | O_PATH | O_DIRECT)) == 0 && fstatfs(fd, &fs) == 0 &&
	       fs.f_type == PIPEFS_MAGIC;
}

void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void close_fds(int *fds, unsigned *count)
{
	for (unsigned i = 0; i < *count; i++)
		close_fd(&fds[i]);
	*count = 0;
}

ssize_t send_message(int socket, const void *message, size_t bytes, const int *fds, unsigned count)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int) * FDS_MAX)];
	} control;
	struct iovec data = { .iov_base = (void *)message, .iov_len = bytes };
	struct msghdr packet = { .msg_iov = &data, .msg_iovlen = 1 };

	if (count > 0) {
		memset(&control, 0, sizeof control);
		packet.msg_control = control.space;
		packet.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * count);
	}
	return sendmsg(socket, &packet, MSG_NOSIGNAL);
}

static void take_fds(struct msghdr *packet, int *fds, unsigned *count)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(packet); c != NULL; c = CMSG_NXTHDR(packet, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		*count = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(fds, CMSG_DATA(c), *count * sizeof(int));
	}
}

/* Receive one packet; a truncated one, or one with too many descriptors, is EBADMSG. */
ssize_t receive_message(int socket, void *message, size_t bytes, int *fds, unsigned *count, int flags)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int) * FDS_MAX)];
	} control;
	struct iovec data = { .iov_base = message, .iov_len = bytes };
	struct msghdr packet = { .msg_iov = &data, .msg_iovlen = 1,
				 .msg_control = control.space, .msg_controllen = sizeof control };
	ssize_t got;

	*count = 0;
	do
		got = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC | flags);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -1;
	take_fds(&packet, fds, count);
	if (packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		close_fds(fds, count);
		errno = EBADMSG;
		return -1;
	}
	return got;
}
