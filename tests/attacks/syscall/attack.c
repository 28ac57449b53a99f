/* Makes one raw system call: number, then up to six arguments. Prints its result. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	long values[7] = {0};
	for (int i = 1; i < count && i < 8; i++)
		values[i - 1] = (long)strtoul(arguments[i], NULL, 0);
	long result = syscall(values[0], values[1], values[2], values[3], values[4], values[5],
			      values[6]);
	printf("%ld %d\n", result, result < 0 ? errno : 0);
	return 0;
}
