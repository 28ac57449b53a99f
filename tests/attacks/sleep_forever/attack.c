/* Uses no time at all, in several ways (argument). */
#include <signal.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	switch (count > 1 ? arguments[1][0] : 'p') {
	case 'p': for (;;) pause();
	case 's': for (;;) select(0, NULL, NULL, NULL, NULL);
	case 't': kill(getpid(), SIGSTOP); return 0;
	default: for (;;) sleep(1000);
	}
}
