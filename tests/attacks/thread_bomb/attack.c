/* Starts threads until none can be started, then all spin. */
#include <pthread.h>
#include <stdio.h>

static void *spin(void *argument)
{
	for (;;)
		;
	return argument;
}

int main(void)
{
	pthread_t thread;
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 16384);
	for (;;)
		pthread_create(&thread, &small, spin, NULL);
}
