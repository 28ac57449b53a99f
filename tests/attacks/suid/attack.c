/* Makes a set-user-id copy of itself and runs it: the uid must not change. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[1 << 16];

int main(int count, char **arguments)
{
	if (count > 1) {
		printf("%d\n", geteuid() == getuid() && getuid() != 0);
		return 0;
	}
	int from = open("/proc/self/exe", O_RDONLY), to = open("/box/suid", O_CREAT | O_WRONLY, 0755);
	for (ssize_t got; (got = read(from, block, sizeof block)) > 0;)
		if (write(to, block, got) != got)
			return 1;
	close(to);
	chmod("/box/suid", 06755);
	execl("/box/suid", arguments[0], "again", NULL);
	return 1;
}
