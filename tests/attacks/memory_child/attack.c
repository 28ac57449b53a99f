/* A child runs out of memory and dies; the parent prints the answer and ends well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0)
		for (;;) {
			char *block = malloc(1 << 20);
			if (block)
				memset(block, 1, 1 << 20);
		}
	wait(NULL);
	puts("answer");
	return 0;
}
