#include <stdio.h>

static int read_number(void) {
    int byte = getchar_unlocked(), number = 0;
    for (; byte >= '0'; byte = getchar_unlocked()) number = 10 * number + (byte - '0');
    return number;
}

int main(void) {
    int lonely = 0;
    for (int n = read_number(); n > 0; n--) lonely ^= read_number();
    printf("%d\n", lonely);
    return 0;
}
