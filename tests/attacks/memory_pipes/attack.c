/* As many pipes as there are descriptors, each as large as it may be, all full. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

static char block[1 << 20];

int main(void)
{
	int ends[2];
	while (pipe2(ends, O_NONBLOCK) == 0) {
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
		while (write(ends[1], block, sizeof block) > 0)
			;
	}
	return 0;
}
