#include <concepts>

auto half(std::integral auto value) { return value / 2; }

int main() { return half(1.5); }
