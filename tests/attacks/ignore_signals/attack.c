/* Ignores and blocks every signal there is, and spins. */
#include <signal.h>
#include <stddef.h>

int main(void)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (int number = 1; number < 65; number++)
		signal(number, SIG_IGN);
	for (;;)
		;
}
