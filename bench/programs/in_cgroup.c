/* in_cgroup PROCS... -- PROGRAM: enter cgroups, then become the program. The bare counterpart of a
 * jail: what the program costs in a cgroup of its own, with nothing around it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int at = 1;

	for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
		int fd = open(argv[at], O_WRONLY);

		if (fd < 0 || write(fd, "0", 1) != 1) {
			perror(argv[at]);
			return 125;
		}
		close(fd);
	}
	execv(argv[at + 1], argv + at + 1);
	return 126;
}
