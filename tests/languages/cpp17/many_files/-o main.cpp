#include <iostream>

#include "sum.hpp"

// The name of this file looks like an option.
int main() {
    long long a, b;
    std::cin >> a >> b;
    std::cout << sum(a, b) << '\n';
}
