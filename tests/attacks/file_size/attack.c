/* Writes a file beyond the limit of one file. */
#include <fcntl.h>
#include <unistd.h>

static char block[1 << 16];

int main(void)
{
	int file = open("/box/large", O_CREAT | O_WRONLY, 0600);
	while (write(file, block, sizeof block) > 0)
		;
	return 1;
}
