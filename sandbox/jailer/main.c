/* brig-jailer --supervise: the door. See jailer.h for the processes and their rights. */
#include "jailer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT_FD = 3 };

static struct plan plan;
static char plan_data[PLAN_MAX_BYTES];

static size_t read_plan(int fd)
{
	size_t length = 0;
	ssize_t got;

	while (length < sizeof plan_data &&
	       (got = read(fd, plan_data + length, sizeof plan_data - length)) > 0)
		length += (size_t)got;
	/* Descriptor 3 stays taken: jailers get their own pipe there. */
	if (dup2(STDERR_FILENO, KEPT_FD) < 0)
		return 0;
	if (fd != KEPT_FD)
		close(fd);
	return length;
}

int main(int argc, char **argv)
{
	if (argc != 3 || strcmp(argv[1], "--supervise") != 0) {
		fputs("usage: brig-jailer --supervise PLAN_FD (started by brig)\n", stderr);
		return 2;
	}
	if (!plan_parse(&plan, plan_data, read_plan(atoi(argv[2]))))
		die("the plan on descriptor %s is damaged", argv[2]);
	return supervise(&plan);
}
