/* Writes as many bytes as the argument says, to stdout and stderr in turn, and ends well. */
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	long left = count > 1 ? atol(arguments[1]) : 0;
	for (int fd = 1; left > 0; fd = 3 - fd, left--)
		if (write(fd, "x", 1) != 1)
			return 1;
	return 0;
}
