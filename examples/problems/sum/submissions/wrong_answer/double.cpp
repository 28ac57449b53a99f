// Adds in floating point: 10^18 - 1 is no double.
#include <cstdio>

int main() {
    double a, b;
    if (std::scanf("%lf %lf", &a, &b) != 2) return 1;
    std::printf("%.0f\n", a + b);
}
