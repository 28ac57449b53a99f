/* Opens what could tell about the host or reach into it. Prints what it could open, but for
 * directories that are empty. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char *const readable[] = {
	"/proc/1/environ", "/proc/1/root", "/proc/1/cwd", "/proc/1/maps", "/proc/1/mem",
	"/proc/1/fd/0", "/proc/1/ns/mnt", "/proc/kcore", "/proc/kmsg",
	"/proc/kallsyms", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/proc/sys",
	"/proc/sysrq-trigger", "/proc/cmdline", "/proc/modules", "/proc/partitions", "/etc/shadow",
	"/etc/machine-id", "/root", "/home", "/var/log", "/sys", "/sys/fs/cgroup", "/dev/mem",
	"/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/tty", "/dev/ptmx", "/dev/kvm", "/dev/fuse",
	"/run/brig", "/run", "/boot", "/lost+found", "/usr/local", "/usr/src",
};

static int is_empty(int file)
{
	DIR *directory = fdopendir(file);
	int entries = 0;
	while (directory && readdir(directory))
		entries++;
	return directory && entries == 2;
}

int main(void)
{
	for (unsigned i = 0; i < sizeof readable / sizeof *readable; i++) {
		int file = open(readable[i], O_RDONLY | O_NONBLOCK);
		if (file >= 0 && !is_empty(file))
			puts(readable[i]);
	}
	return 0;
}
