/* Touches what honest C programs touch: stdio, files, threads, a child, time, memory, signals. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *worker(void *argument)
{
	*(long *)argument = 42;
	return NULL;
}

static void on_alarm(int number)
{
	(void)number;
}

int main(void)
{
	long value = 0, sum = 0, number;
	while (scanf("%ld", &number) == 1)
		sum += number;
	pthread_t thread;
	pthread_create(&thread, NULL, worker, &value);
	pthread_join(thread, NULL);
	FILE *file = tmpfile();
	fprintf(file, "%ld\n", sum);
	rewind(file);
	fclose(file);
	signal(SIGALRM, on_alarm);
	alarm(10);
	struct itimerval timer = {.it_value.tv_usec = 1000};
	setitimer(ITIMER_REAL, &timer, NULL);
	pause();
	char *block = malloc(1 << 24);
	memset(block, 1, 1 << 24);
	block = realloc(block, 1 << 25);
	free(block);
	unsigned seed;
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		return 1;
	usleep(1000);
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	clock_getres(CLOCK_MONOTONIC, &now);
	pid_t child = fork();
	if (child == 0)
		_exit(3);
	int status;
	waitpid(child, &status, 0);
	if (system("true") != 0)
		return 1;
	int pipes[2];
	if (pipe(pipes) != 0)
		return 1;
	dup2(pipes[1], 9);
	isatty(0);
	printf("%ld %ld\n", sum, value);
	return 0;
}
