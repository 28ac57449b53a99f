/* Files into and out of a jail, in the layout of sandbox/archive.py. Every line here runs in a
 * child that has no right left, inside the jail's own namespaces: names and bytes are users'. */
#include "jailer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ARCHIVE_MAGIC = 0x47495242, COPY_BYTES = 64 << 10 };

struct record {
	uint32_t magic;
	uint16_t mode, name_bytes;
	uint64_t size;
};

struct collector {
	int out;
	uint64_t bytes_left;
	unsigned files_left;
	char name[NAME_MAX_BYTES + 1];
};

static char copy_buffer[COPY_BYTES];

/* Beneath `directory`, through no symbolic link, on no other file system (openat2(2)). */
static int open_beneath(int directory, const char *name, uint64_t flags, uint64_t mode)
{
	struct open_how how = {
		.flags = flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};

	return (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
}

static bool read_exactly(int fd, void *into, size_t bytes)
{
	for (char *at = into; bytes > 0;) {
		ssize_t got = read(fd, at, bytes);

		if (got <= 0)
			return false;
		at += got;
		bytes -= (size_t)got;
	}
	return true;
}

static bool write_exactly(int fd, const void *from, size_t bytes)
{
	for (const char *at = from; bytes > 0;) {
		ssize_t put = write(fd, at, bytes);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		bytes -= (size_t)put;
	}
	return true;
}

static bool copy_exactly(int from, int to, uint64_t bytes)
{
	while (bytes > 0) {
		size_t chunk = bytes < COPY_BYTES ? (size_t)bytes : COPY_BYTES;

		if (!read_exactly(from, copy_buffer, chunk) || !write_exactly(to, copy_buffer, chunk))
			return false;
		bytes -= chunk;
	}
	return true;
}

static bool make_parents(int directory, char *name)
{
	for (char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(directory, name, 0755) < 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return true;
}

static bool is_clean_part(const char *part, size_t length)
{
	return length > 0 && !(length == 1 && part[0] == '.') &&
	       !(length == 2 && part[0] == '.' && part[1] == '.');
}

static bool is_clean(const char *name, size_t bytes)
{
	const char *part = name;

	for (const char *slash = strchr(part, '/'); slash != NULL; slash = strchr(part, '/')) {
		if (!is_clean_part(part, (size_t)(slash - part)))
			return false;
		part = slash + 1;
	}
	return is_clean_part(part, strlen(part)) && strlen(name) == bytes;
}

/* One record: 1 done, 0 end of the archive, -1 damaged or no room. */
static int unpack_record(int archive, int directory)
{
	char name[NAME_MAX_BYTES + 1];
	struct record record;
	ssize_t got = read(archive, &record, sizeof record);
	int file, done;

	if (got == 0)
		return 0;
	if (got != sizeof record || record.magic != ARCHIVE_MAGIC || record.name_bytes == 0 ||
	    record.name_bytes > NAME_MAX_BYTES || !read_exactly(archive, name, record.name_bytes))
		return -1;
	name[record.name_bytes] = '\0';
	/* The tmpfs was empty and the layout has no links, so clean names stay inside it. */
	if (!is_clean(name, record.name_bytes) || !make_parents(directory, name))
		return -1;
	file = open_beneath(directory, name, O_WRONLY | O_CREAT | O_EXCL, record.mode & 0755);
	if (file < 0)
		return -1;
	done = copy_exactly(archive, file, record.size) ? 1 : -1;
	close(file);
	return done;
}

int unpack_archive(int archive, int directory)
{
	int state;

	umask(0);
	do
		state = unpack_record(archive, directory);
	while (state > 0);
	return state;
}

static bool send_file(struct collector *c, int file, const struct stat *status)
{
	struct record record = {
		.magic = ARCHIVE_MAGIC,
		.mode = status->st_mode & 0111 ? 0755 : 0644,
		.name_bytes = (uint16_t)strlen(c->name),
		.size = (uint64_t)status->st_size,
	};

	c->bytes_left -= record.size;
	c->files_left--;
	return write_exactly(c->out, &record, sizeof record) &&
	       write_exactly(c->out, c->name, record.name_bytes) &&
	       copy_exactly(file, c->out, record.size);
}

/* A file that is absent, not regular, or over the cap is left out; the caller sees it missing. */
static bool collect_file(struct collector *c, int directory, const char *name)
{
	int file = open_beneath(directory, name, O_RDONLY, 0);
	struct stat status;
	bool done = true;

	if (file < 0)
		return true;
	if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
	    (uint64_t)status.st_size <= c->bytes_left && c->files_left > 0)
		done = send_file(c, file, &status);
	close(file);
	return done;
}

static bool collect_tree(struct collector *c, int parent, const char *name, int depth)
{
	int fd = open_beneath(parent, name, O_RDONLY | O_DIRECTORY, 0);
	size_t length = strlen(c->name);
	struct dirent *entry;
	bool done = true;
	DIR *list;

	if (fd < 0)
		return true;
	list = fdopendir(fd);
	while (done && depth > 0 && list != NULL && (entry = readdir(list)) != NULL) {
		size_t extra = strlen(entry->d_name);

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    length + extra + 1 > NAME_MAX_BYTES)
			continue;
		memcpy(c->name + length, entry->d_name, extra + 1);
		if (entry->d_type == DT_REG) {
			done = collect_file(c, fd, entry->d_name);
		} else if (entry->d_type == DT_DIR) {
			memcpy(c->name + length + extra, "/", 2);
			done = collect_tree(c, fd, entry->d_name, depth - 1);
		}
		c->name[length] = '\0';
	}
	if (list != NULL)
		closedir(list);
	return done;
}

/* Stream the declared names; one that ends with `/` means every regular file below it, `./` all. */
int collect_outputs(int work, const char *const *names, uint64_t max_bytes, int out)
{
	struct collector collector = { .out = out, .bytes_left = max_bytes, .files_left = FILES_MAX };
	bool done = true;

	for (; done && *names != NULL; names++) {
		size_t length = strlen(*names);

		if (length == 0 || length > NAME_MAX_BYTES)
			continue;
		if ((*names)[length - 1] != '/') {
			memcpy(collector.name, *names, length + 1);
			done = collect_file(&collector, work, *names);
			continue;
		}
		memcpy(collector.name, *names, length + 1);
		if (strcmp(*names, "./") == 0)
			collector.name[0] = '\0';
		done = collect_tree(&collector, work, *names, DEPTH_MAX);
	}
	return done ? 0 : -1;
}
