/* Asks to trace a process: a system call that no jail allows. */
#include <stdio.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    ptrace(PTRACE_SEIZE, getppid(), 0, 0);
    printf("%lld\n", a + b);
    return 0;
}
