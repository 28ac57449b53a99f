/* Each of eight children takes a quarter of the limit. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 8; i++)
		if (fork() == 0) {
			memset(malloc(16 << 20), 1, 16 << 20);
			for (;;)
				pause();
		}
	for (;;)
		pause();
}
