/* Loads a filter of its own that would turn the notification into an errno. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	struct sock_filter code[] = {{0x06, 0, 0, SECCOMP_RET_ERRNO | 1}};
	struct sock_fprog program = {1, code};
	int loaded = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ||
		     prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
	syscall(SYS_ptrace, 0, 0, 0, 0);
	printf("%d\n", loaded);
	return 0;
}
