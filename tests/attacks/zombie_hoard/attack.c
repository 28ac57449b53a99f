/* Never waits for its children; says how many it got. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	int count = 0;
	for (;;) {
		pid_t child = fork();
		if (child == 0)
			_exit(0);
		if (child < 0)
			break;
		count++;
	}
	printf("%d\n", count);
	return 0;
}
