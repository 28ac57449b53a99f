// @EXPECTED_RESULTS@: OUTPUT-LIMIT
// The right sum on stdout, and every step on stderr: both count.
#include <iostream>

int main() {
    long long a, b;
    std::cin >> a >> b;
    std::cout << a + b << std::endl;
    for (long long step = 0; step < b; step++) {
        std::cerr << "one step of very many, and there are always more of them to come\n";
    }
}
