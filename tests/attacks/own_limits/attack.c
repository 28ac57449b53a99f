/* Tries to raise its limits, its priority and its share; then spins. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

int main(void)
{
	struct rlimit free_of_all = {RLIM_INFINITY, RLIM_INFINITY};
	struct sched_param first = {.sched_priority = 50};
	int won = 0;
	for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
		struct rlimit own;
		getrlimit(resource, &own);
		if (own.rlim_max != RLIM_INFINITY)
			won += setrlimit(resource, &free_of_all) == 0;
	}
	won += setpriority(PRIO_PROCESS, 0, -20) == 0;
	won += sched_setscheduler(0, SCHED_FIFO, &first) == 0;
	won += prlimit(1, RLIMIT_CPU, &free_of_all, NULL) == 0;
	printf("%d\n", won);
	fflush(stdout);
	for (;;)
		;
}
