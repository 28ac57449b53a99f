/* Puts something that is no plain file where an output is expected (argument). */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	const char *kind = count > 1 ? arguments[1] : "";
	if (!strcmp(kind, "symlink"))
		return symlink("/etc/passwd", "out");
	if (!strcmp(kind, "fifo"))
		return mkfifo("out", 0600);
	if (!strcmp(kind, "directory"))
		return mkdir("out", 0700);
	if (!strcmp(kind, "sparse")) {
		signal(SIGXFSZ, SIG_IGN);
		int file = open("out", O_CREAT | O_WRONLY, 0600);
		return ftruncate(file, 1l << 40) == 0 ? 0 : ftruncate(file, 200 << 20);
	}
	if (!strcmp(kind, "socket")) {
		struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "out"};
		return bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address,
			    sizeof address);
	}
	if (!strcmp(kind, "hidden")) { /* a directory that its owner cannot read */
		mkdir("d", 0700);
		close(open("d/out", O_CREAT | O_WRONLY, 0600));
		return chmod("d", 0);
	}
	if (!strcmp(kind, "parent")) /* a directory on the way is a link */
		return symlink("/etc", "d");
	return 1;
}
