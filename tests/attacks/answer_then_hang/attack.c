/* Prints the answer, closes its outputs, and never ends. */
#include <unistd.h>

int main(void)
{
	if (write(1, "answer\n", 7) != 7)
		return 1;
	close(1);
	close(2);
	for (;;)
		pause();
}
