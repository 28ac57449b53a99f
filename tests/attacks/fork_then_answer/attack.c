/* Leaves children that spin and prints the right answer. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 4; i++)
		if (fork() == 0)
			for (;;)
				;
	puts("answer");
	return 0;
}
