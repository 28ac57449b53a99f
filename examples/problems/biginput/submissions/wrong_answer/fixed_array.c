/* Keeps the first thousand numbers and forgets the rest. */
#include <stdio.h>

int main(void) {
    static int numbers[1000];
    int n, number, lonely = 0;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0; i < n && scanf("%d", &number) == 1; i++) {
        if (i < 1000) numbers[i] = number;
    }
    for (int i = 0; i < 1000; i++) lonely ^= numbers[i];
    printf("%d\n", lonely);
    return 0;
}
