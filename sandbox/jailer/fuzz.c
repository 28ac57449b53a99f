/* Throws mutated messages, plans and archives at the code that checks them: clang's libFuzzer with
 * ASan and UBSan, seeded with what the Python encoders write (tests/jail/test_fuzz.py).
 *
 * The first byte chooses the target. Beyond "no report" it holds that a request which passed the
 * check can be split, and that an archive never writes outside its directory.
 */
#include "jailer.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const struct bounds most = {
	.cpu_ns = UINT64_C(1) << 50, .wall_ns = UINT64_C(1) << 50, .memory_bytes = UINT64_C(1) << 40,
	.file_bytes = UINT64_C(1) << 40, .stack_bytes = UINT64_C(1) << 40, .work_bytes = UINT64_C(1) << 40,
	.outputs_bytes = UINT64_C(1) << 40, .processes = 4096, .open_files = 65536, .work_inodes = 1 << 20,
};

void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	abort();
}

static void fuzz_request(const uint8_t *data, size_t bytes)
{
	static struct strings strings;
	uint8_t *copy = malloc(bytes > 0 ? bytes : 1); /* so that ASan sees one byte too far */

	memcpy(copy, data, bytes);
	if (check_request(copy, bytes, &most)) {
		if (!split_strings((const struct request *)copy, &strings) || strings.argv[0][0] != '/')
			die("a checked request is not what it says\n");
	}
	free(copy);
}

static void fuzz_plan(const uint8_t *data, size_t bytes)
{
	static struct plan plan;
	char *copy = malloc(bytes > 0 ? bytes : 1);

	memcpy(copy, data, bytes);
	(void)plan_parse(&plan, copy, bytes);
	free(copy);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type;
	if (walk->level > 0 && remove(path) < 0)
		die("cannot remove %s\n", path);
	return 0;
}

/* The working directory is the test's own; `outer/inner` must be all that an archive touches. */
static void fuzz_archive(const uint8_t *data, size_t bytes)
{
	static int directory = -1;
	int archive = memfd_create("archive", MFD_CLOEXEC);
	struct stat outer;

	if (directory < 0) {
		mkdir("outer", 0700);
		mkdir("outer/inner", 0700);
		directory = open("outer/inner", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (write(archive, data, bytes) != (ssize_t)bytes || lseek(archive, 0, SEEK_SET) != 0)
		die("cannot prepare an archive\n");
	(void)unpack_archive(archive, directory);
	close(archive);
	nftw("outer/inner", remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	if (stat("outer", &outer) < 0 || outer.st_nlink != 3)
		die("an archive wrote above its directory\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	if (bytes == 0 || bytes > MESSAGE_MAX_BYTES)
		return 0;
	if (data[0] == 'r')
		fuzz_request(data + 1, bytes - 1);
	else if (data[0] == 'p')
		fuzz_plan(data + 1, bytes - 1);
	else if (data[0] == 'a')
		fuzz_archive(data + 1, bytes - 1);
	return 0;
}
