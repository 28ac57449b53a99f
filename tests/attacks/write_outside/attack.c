/* Writes where it should not: the system, the artefact, kernel settings, its own program. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const targets[] = {
	"/usr/bin/true", "/usr/lib/x", "/etc/passwd", "/etc/x", "/x", "/app/attack", "/app/x",
	"/proc/self/exe", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname",
	"/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/self/setgroups",
	"/proc/self/timerslack_ns", "/proc/self/clear_refs", "/dev/x", "/dev/null/x",
	"/proc/1/oom_score_adj", "/proc/1/mem", "/proc/self/coredump_filter",
};
/* Its own, and harmless: raising its own score, dumping less. */
static const char *const harmless[] = {
	"/proc/self/oom_score_adj", "/proc/self/timerslack_ns", "/proc/self/clear_refs",
	"/proc/self/coredump_filter", "/proc/self/uid_map", "/proc/self/setgroups",
};

int main(void)
{
	for (unsigned i = 0; i < sizeof targets / sizeof *targets; i++) {
		int own = 0;
		for (unsigned j = 0; j < sizeof harmless / sizeof *harmless; j++)
			own |= targets[i] == harmless[j];
		int file = open(targets[i], O_WRONLY | O_CREAT, 0600);
		if (file >= 0 && (!own || write(file, "-999", 4) == 4))
			puts(targets[i]);
	}
	if (chmod("/app/attack", 04755) == 0)
		puts("chmod");
	if (link("/usr/bin/true", "/box/hard") == 0)
		puts("link");
	return 0;
}
