/* A chain of vfork: each child borrows its parent's memory and makes the next. */
#include <unistd.h>

int main(void)
{
	for (;;)
		if (vfork() < 0)
			for (;;)
				;
}
