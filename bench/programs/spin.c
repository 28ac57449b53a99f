/* spin MODE: `cpu` burns; `output` crosses an output limit first, `sleep` waits. */
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char data[4097];

	if (argc > 1 && strcmp(argv[1], "output") == 0)
		(void)!write(1, data, sizeof data);
	if (argc > 1 && strcmp(argv[1], "sleep") == 0)
		pause();
	for (;;)
		;
}
