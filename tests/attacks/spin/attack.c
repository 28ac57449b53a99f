/* Spreads its work over children (c) or threads (t); nobody waits for them. */
#include <pthread.h>
#include <unistd.h>

static void *spin(void *argument)
{
	for (;;)
		;
	return argument;
}

int main(int count, char **arguments)
{
	pthread_t thread;
	for (int i = 0; i < 6; i++)
		if (count > 1 && arguments[1][0] == 't')
			pthread_create(&thread, NULL, spin, NULL);
		else if (fork() == 0)
			spin(NULL);
	for (;;)
		pause();
}
