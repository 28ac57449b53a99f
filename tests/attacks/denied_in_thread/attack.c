/* A thread of a grandchild makes the forbidden call while the main process waits. */
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void *forbidden(void *argument)
{
	syscall(SYS_ptrace, 0, 0, 0, 0);
	return argument;
}

int main(void)
{
	if (fork() == 0) {
		if (fork() == 0) {
			pthread_t thread;
			pthread_create(&thread, NULL, forbidden, NULL);
			pthread_join(thread, NULL);
			_exit(0);
		}
		wait(NULL);
		_exit(0);
	}
	wait(NULL);
	puts("answer");
	return 0;
}
