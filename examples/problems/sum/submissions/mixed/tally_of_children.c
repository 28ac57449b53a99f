/* @EXPECTED_RESULTS@: MEMORY-LIMIT */
/* Eight children keep the tally, each a part of it: memory counts for all processes together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 8, MIB = 1 << 20 };

static void keep_tally(long long mebibytes) {
    for (long long kept = 0; kept < mebibytes; kept++) {
        char *volatile tally = malloc(MIB);
        if (tally != NULL) memset(tally, '|', MIB);
    }
    for (;;) pause();
}

int main(void) {
    long long a, b;
    if (scanf("%lld %lld", &a, &b) != 2) return 1;
    if (b > 1000000) {
        for (int child = 0; child < CHILDREN; child++) {
            if (fork() == 0) keep_tally(64);
        }
        wait(NULL); /* returns only when one was killed */
    }
    printf("%lld\n", a + b);
    return 0;
}
