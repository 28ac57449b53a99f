/* Kills and stops everything it may signal, init too. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	kill(1, SIGSTOP);
	kill(1, SIGKILL);
	kill(1, SIGTERM);
	kill(-1, SIGSTOP);
	kill(-1, SIGKILL);
	for (pid_t other = 2; other < 300; other++)
		if (other != getpid())
			kill(other, SIGKILL);
	puts("alone");
	return 0;
}
