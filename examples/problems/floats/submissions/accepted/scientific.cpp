// Prints in scientific notation.
#include <cmath>
#include <iomanip>
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    std::cout << std::scientific << std::setprecision(14);
    for (double a, b; n-- > 0 && std::cin >> a >> b;) std::cout << std::hypot(a, b) << '\n';
}
