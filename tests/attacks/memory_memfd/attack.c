/* Pages that belong to no process: memfds, kept only by a socket in flight. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static char block[4 << 20];

int main(void)
{
	int pair[2];
	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	for (;;) {
		int file = memfd_create("x", 0);
		if (write(file, block, sizeof block) < 0)
			return 1;
		char control[CMSG_SPACE(sizeof file)] = {0}, byte = 0;
		struct iovec part = {&byte, 1};
		struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
					 .msg_control = control, .msg_controllen = sizeof control};
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof file);
		memcpy(CMSG_DATA(header), &file, sizeof file);
		if (sendmsg(pair[0], &message, MSG_DONTWAIT) == 1)
			close(file);
	}
}
