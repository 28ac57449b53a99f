#include <iostream>

int main() {
    std::ios::sync_with_stdio(false);
    int n, lonely = 0;
    std::cin >> n;
    for (int number; n > 0 && std::cin >> number; n--) lonely ^= number;
    std::cout << lonely << '\n';
}
