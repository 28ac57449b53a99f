/* burn MB: touch that many megabytes and do about 50 ms of arithmetic. */
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	size_t bytes = (size_t)(argc > 1 ? atoi(argv[1]) : 0) << 20;
	volatile unsigned sum = 1;
	char *data = malloc(bytes + 1);

	memset(data, 1, bytes + 1);
	for (unsigned i = 0; i < 40000000; i++)
		sum = sum * 1664525u + 1013904223u;
	return data[bytes] == 1 && sum != 0 ? 0 : 1;
}
