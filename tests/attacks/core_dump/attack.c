/* Children that dump core, and a main process that does so too. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 5; i++) {
		if (fork() == 0)
			abort();
		wait(NULL);
	}
	abort();
}
