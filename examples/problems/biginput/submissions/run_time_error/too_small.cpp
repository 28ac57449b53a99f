// Room for a thousand numbers: std::out_of_range, SIGABRT.
#include <iostream>
#include <vector>

int main() {
    std::vector<int> numbers(1000);
    int n, lonely = 0;
    std::cin >> n;
    for (int i = 0; i < n; i++) std::cin >> numbers.at(i);
    for (int number : numbers) lonely ^= number;
    std::cout << lonely << '\n';
}
