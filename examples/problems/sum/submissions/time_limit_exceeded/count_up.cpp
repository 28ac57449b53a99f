// Adds one at a time, without ever giving up.
#include <iostream>

int main() {
    long long a, b;
    std::cin >> a >> b;
    volatile long long sum = a;
    const int step = b < 0 ? -1 : 1;
    while (sum != a + b) sum = sum + step;
    std::cout << sum << '\n';
}
