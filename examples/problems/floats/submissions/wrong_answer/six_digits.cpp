// Computes well, and prints the six digits that a stream prints by default.
#include <cmath>
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    for (double a, b; n-- > 0 && std::cin >> a >> b;) std::cout << std::hypot(a, b) << '\n';
}
