/* Many processes and threads make forbidden calls at the same time, for ever. */
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *forbidden(void *argument)
{
	for (;;)
		syscall(SYS_bpf, 0, 0, 0);
	return argument;
}

int main(void)
{
	pthread_t thread;
	for (int i = 0; i < 4; i++)
		fork();
	for (;;)
		pthread_create(&thread, NULL, forbidden, NULL);
}
