/* Becomes itself again and again: the clock must go on over execve. */
#include <unistd.h>

int main(int count, char **arguments)
{
	(void)count;
	execv("/proc/self/exe", arguments);
	return 1;
}
