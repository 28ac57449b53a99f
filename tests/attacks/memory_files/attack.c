/* Fills a tmpfs (argument), in many files so that no file is large. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static char block[1 << 20];

int main(int count, char **arguments)
{
	for (int i = 0; count > 1; i++) {
		char name[64];
		snprintf(name, sizeof name, "%s/%d", arguments[1], i);
		int file = open(name, O_CREAT | O_WRONLY, 0600);
		if (file < 0 || write(file, block, sizeof block) != sizeof block)
			return 1;
		close(file);
	}
}
