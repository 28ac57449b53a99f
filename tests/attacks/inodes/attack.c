/* Makes empty files and deep directories until it may not; says why it stopped. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	long made = 0;
	for (;; made++) {
		char name[32];
		snprintf(name, sizeof name, "%ld", made);
		if (count > 1 && arguments[1][0] == 'd') {
			if (mkdir("d", 0700) != 0 || chdir("d") != 0)
				break;
		} else {
			int file = open(name, O_CREAT | O_WRONLY, 0);
			if (file < 0)
				break;
			close(file);
		}
	}
	printf("%d\n", errno == ENOSPC);
	return made < 100000 ? 0 : 1;
}
