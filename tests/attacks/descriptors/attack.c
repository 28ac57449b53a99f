/* Opens until it may not, then hides descriptors in messages to itself. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	int pair[2], last = 0, sent = 0;
	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	while ((last = dup(pair[0])) >= 0)
		;
	int reason = errno;
	for (;; sent++) {
		char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 0;
		struct iovec part = {&byte, 1};
		struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
					 .msg_control = control, .msg_controllen = sizeof control};
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &pair[0], sizeof(int));
		if (sendmsg(pair[1], &message, MSG_DONTWAIT) < 0)
			break;
	}
	printf("%d %d\n", reason == EMFILE, sent < 10000);
	return 0;
}
