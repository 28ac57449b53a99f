/* Adds one at a time: some thirty years for the large case. */
#include <stdio.h>

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    volatile long long sum = a; /* volatile: the compiler must not add at once */
    for (; b > 0; b--) sum++;
    for (; b < 0; b++) sum--;
    printf("%lld\n", sum);
    return 0;
}
