/* Seven digits are not enough. */
#include <math.h>
#include <stdio.h>

int main(void) {
    int n;
    float a, b;
    if (scanf("%d", &n) != 1) return 1;
    while (n-- > 0 && scanf("%f %f", &a, &b) == 2) printf("%.9f\n", hypotf(a, b));
    return 0;
}
