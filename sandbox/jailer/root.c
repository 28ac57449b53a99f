/* The read-only system that every jail of a slot sees, built once per jailer from the plan.
 *
 * A tmpfs becomes the root of the jailer's own mount namespace; the host's tree is gone from it
 * before the first request. A jail's namespace is a copy: nothing per run is left to pivot.
 */
#include "jailer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void make_parents(const char *path)
{
	char part[NAME_MAX_BYTES];

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			die("cannot make /%s in the jail's root: %s", part, strerror(errno));
	}
}

static void set_flags(const char *path, uint64_t flags)
{
	struct mount_attr attributes = { .attr_set = flags };

	/* mount_setattr(2), Linux 5.12: whole tree at once, no window in which a submount is rw. */
	if (syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attributes, sizeof attributes) < 0)
		die("cannot make %s read-only: %s", path, strerror(errno));
}

static void make_file(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, content, strlen(content)) != (ssize_t)strlen(content))
		die("cannot write /%s in the jail's root: %s", path, strerror(errno));
	close(fd);
}

static void bind(const struct mount_op *op, bool is_device)
{
	struct stat status;
	uint64_t flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;

	if (stat(op->source, &status) < 0) {
		if (op->optional)
			return;
		die("%s, which every jail needs, is missing: %s", op->source, strerror(errno));
	}
	if (S_ISDIR(status.st_mode)) {
		if (mkdir(op->target, 0755) < 0 && errno != EEXIST)
			die("cannot make /%s: %s", op->target, strerror(errno));
	} else {
		make_file(op->target, "");
	}
	if (mount(op->source, op->target, NULL, MS_BIND | MS_REC, NULL) < 0)
		die("cannot bind %s: %s", op->source, strerror(errno));
	/* A device node must stay usable, so only it does without nodev. */
	set_flags(op->target, is_device ? flags | MOUNT_ATTR_NOEXEC : flags | MOUNT_ATTR_NODEV);
}

static void cover(const struct mount_op *op)
{
	struct stat status;

	if (stat(op->target, &status) < 0)
		return;
	if (mount("none", op->target, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k") < 0)
		die("cannot cover /%s: %s", op->target, strerror(errno));
}

static void apply(const struct mount_op *op)
{
	make_parents(op->target);
	switch (op->kind) {
	case MOUNT_DIR:
		if (mkdir(op->target, 0755) < 0 && errno != EEXIST)
			die("cannot make /%s: %s", op->target, strerror(errno));
		break;
	case MOUNT_BIND:
	case MOUNT_DEVICE:
		bind(op, op->kind == MOUNT_DEVICE);
		break;
	case MOUNT_EMPTY:
		cover(op);
		break;
	case MOUNT_SYMLINK:
		if (symlink(op->source, op->target) < 0)
			die("cannot link /%s: %s", op->target, strerror(errno));
		break;
	case MOUNT_FILE:
		make_file(op->target, op->source);
		break;
	default:
		die("the plan has an unknown kind of mount");
	}
}

static void pivot_here(void)
{
	/* pivot_root(2), "pivot_root(".", ".")": the old root ends up above the new one. */
	if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		die("cannot leave the host's root: %s", strerror(errno));
}

void build_root(const struct plan *plan)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		die("cannot make a mount namespace: %s", strerror(errno));
	if (mount("none", plan->run_path, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=256,mode=755") < 0 ||
	    chdir(plan->run_path) < 0)
		die("cannot mount a root on %s: %s", plan->run_path, strerror(errno));
	for (uint32_t i = 0; i < plan->mounts; i++)
		apply(&plan->mount[i]);
	pivot_here();
	set_flags("/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID);
}
