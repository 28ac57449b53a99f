// @EXPECTED_RESULTS@: MEMORY-LIMIT
// Keeps a tally of b marks in memory.
#include <iostream>
#include <list>
#include <string>

int main() {
    constexpr long long marks = 1 << 20;
    long long a, b;
    std::cin >> a >> b;
    std::list<std::string> tally;
    for (long long left = b; left >= marks; left -= marks) tally.emplace_back(marks, '|');
    std::cout << a + b << '\n';
}
