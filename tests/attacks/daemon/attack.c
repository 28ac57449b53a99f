/* A grandchild in a session of its own holds stdout open for ever. */
#include <stdio.h>
#include <signal.h>
#include <unistd.h>

int main(void)
{
	if (fork() == 0) {
		setsid();
		if (fork() == 0) {
			for (int number = 1; number < 65; number++)
				signal(number, SIG_IGN);
			for (;;)
				pause();
		}
		_exit(0);
	}
	usleep(50000);
	puts("main ends");
	return 0;
}
