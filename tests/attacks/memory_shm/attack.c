/* System V shared memory: segments that nobody has attached. */
#include <string.h>
#include <sys/shm.h>

int main(void)
{
	for (;;) {
		int id = shmget(IPC_PRIVATE, 4 << 20, IPC_CREAT | 0600);
		char *address = shmat(id, NULL, 0);
		if (address == (char *)-1)
			return 1;
		memset(address, 1, 4 << 20);
		shmdt(address);
	}
}
