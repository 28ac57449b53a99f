/* Files whose names break scripts, all to be collected. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = {
	"-rf", "a\nb", "\xff\xfe", "...", "*", "a b", "$(reboot)", "\x1b[2J", "..\\x", ";",
};

int main(void)
{
	char longest[256];
	memset(longest, 'n', 255);
	longest[255] = 0;
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		close(open(names[i], O_CREAT | O_WRONLY, 0600));
	close(open(longest, O_CREAT | O_WRONLY, 0600));
	for (int depth = 0; depth < 500; depth++) { /* deeper than any path may be long */
		mkdir(longest, 0700);
		if (chdir(longest) != 0) {
			unlink(longest);
			mkdir(longest, 0700);
			if (chdir(longest) != 0)
				return 1;
		}
	}
	return 0;
}
