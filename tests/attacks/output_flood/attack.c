/* Never stops writing to the descriptor that the argument names. */
#include <stdlib.h>
#include <unistd.h>

static char block[1 << 16];

int main(int count, char **arguments)
{
	int fd = count > 1 ? atoi(arguments[1]) : 1;
	for (;;)
		if (write(fd, block, sizeof block) < 0)
			return 1;
}
