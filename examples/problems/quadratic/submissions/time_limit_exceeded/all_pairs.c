/* Looks at every pair: 8 * 10^10 of them. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    static long long numbers[400000];
    long long n, number, distance, pairs = 0;
    if (scanf("%lld %lld %lld", &n, &number, &distance) != 3) return 1;
    for (long long i = 0; i < n; i++) {
        numbers[i] = number;
        number = number * 16807 % 2147483647;
    }
    for (long long i = 0; i < n; i++) {
        for (long long j = 0; j < i; j++) pairs += llabs(numbers[i] - numbers[j]) <= distance;
    }
    printf("%lld\n", pairs);
    return 0;
}
