/* @EXPECTED_RESULTS@: OUTPUT-LIMIT */
/* A line of blanks for every step of adding one at a time; the comparison skips blanks. */
#include <stdio.h>

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    for (; b > 0; b--, a++) printf("%64s\n", "");
    for (; b < 0; b++, a--) printf("%64s\n", "");
    printf("%lld\n", a);
    return 0;
}
