#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    long long n, number, distance, pairs = 0;
    std::cin >> n >> number >> distance;
    std::vector<long long> numbers;
    for (; n > 0; n--) {
        numbers.push_back(number);
        number = number * 16807 % 2147483647;
    }
    std::sort(numbers.begin(), numbers.end());
    for (auto last = numbers.begin(); last != numbers.end(); ++last) {
        pairs += last - std::lower_bound(numbers.begin(), last, *last - distance);
    }
    std::cout << pairs << '\n';
}
