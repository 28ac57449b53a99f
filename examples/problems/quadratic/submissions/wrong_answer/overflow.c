/* Counts in 32 bits. */
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *left, const void *right) {
    const long long a = *(const long long *)left, b = *(const long long *)right;
    return (a > b) - (a < b);
}

int main(void) {
    static long long numbers[400000];
    long long n, number, distance;
    int pairs = 0;
    if (scanf("%lld %lld %lld", &n, &number, &distance) != 3) return 1;
    for (long long i = 0; i < n; i++) {
        numbers[i] = number;
        number = number * 16807 % 2147483647;
    }
    qsort(numbers, n, sizeof *numbers, compare);
    for (long long first = 0, i = 0; i < n; i++) {
        while (numbers[i] - numbers[first] > distance) first++;
        pairs = (int)((unsigned)pairs + (unsigned)(i - first));
    }
    printf("%d\n", pairs);
    return 0;
}
