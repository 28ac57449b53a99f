/* @EXPECTED_RESULTS@: MEMORY-LIMIT */
/* Keeps a tally of b marks in memory and never runs out of marks on the large case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARKS = 1 << 20 };

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    for (long long left = b; left >= MARKS; left -= MARKS) {
        char *volatile tally = malloc(MARKS);
        if (tally != NULL) memset(tally, '|', MARKS);
    }
    printf("%lld\n", a + b);
    return 0;
}
