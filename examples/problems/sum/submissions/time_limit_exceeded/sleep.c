/* Sleeps |b| milliseconds before it answers: uses the wall clock, not the processor. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    for (long long slept = 0; slept < llabs(b); slept++) usleep(1000);
    printf("%lld\n", a + b);
    return 0;
}
