#include <bits/stdc++.h>

int main() {
    std::map<std::string, long long> values;
    std::cin >> values["a"] >> values["b"];
    long long sum = 0;
    for (const auto& [name, value] : values) sum += value;
    std::cout << sum << std::endl;
}
