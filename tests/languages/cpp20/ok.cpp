#include <concepts>
#include <iostream>
#include <ranges>
#include <vector>

auto sum(std::ranges::range auto&& values) requires std::integral<std::ranges::range_value_t<decltype(values)>> {
    long long total = 0;
    for (auto value : values) total += value;
    return total;
}

int main() {
    std::vector<long long> values(2);
    for (auto& value : values) std::cin >> value;
    std::cout << sum(values | std::views::reverse) << '\n';
}
