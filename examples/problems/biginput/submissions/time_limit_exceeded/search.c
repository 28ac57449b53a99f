/* Looks for the twin of each number from the start: 4 * 10^12 comparisons. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    int *numbers = malloc(n * sizeof *numbers);
    for (int i = 0; i < n; i++) {
        if (scanf("%d", &numbers[i]) != 1) return 1;
    }
    int lonely = 0;
    for (int i = 0; i < n; i++) {
        int twins = 0;
        for (int j = 0; j < n; j++) twins += numbers[j] == numbers[i];
        if (twins == 1) lonely = numbers[i];
    }
    printf("%d\n", lonely);
    return 0;
}
