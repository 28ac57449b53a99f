/* One page touched in every 2 MB: the page tables cost more than the pages. */
#include <sys/mman.h>

int main(void)
{
	for (;;) {
		char *area = mmap(0, 1ul << 32, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (area == MAP_FAILED)
			return 1;
		for (unsigned long at = 0; at < 1ul << 32; at += 2 << 20)
			area[at] = 1;
	}
}
