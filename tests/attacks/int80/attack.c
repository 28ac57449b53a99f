/* The 32-bit door: getpid by its i386 number. */
#include <stdio.h>

int main(void)
{
	long result = 20;
	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	printf("%ld\n", result);
	return 0;
}
