// @EXPECTED_RESULTS@: COMPILER-ERROR
#include <iostream>
#include <string>

int main() {
    std::string a, b;
    std::cin >> a >> b;
    long long sum = a + b;
    std::cout << sum << '\n';
}
