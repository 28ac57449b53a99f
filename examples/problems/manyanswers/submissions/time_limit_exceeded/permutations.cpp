// Tries all orders.
#include <algorithm>
#include <iostream>
#include <numeric>
#include <vector>

int main() {
    int n, m;
    std::cin >> n >> m;
    std::vector<std::pair<int, int>> rules(m);
    for (auto &[a, b] : rules) std::cin >> a >> b;
    std::vector<int> places(n + 1);
    std::iota(places.begin(), places.end(), 0);
    const auto is_kept = [&](const auto &rule) { return places[rule.first] < places[rule.second]; };
    do {
        if (!std::all_of(rules.begin(), rules.end(), is_kept)) continue;
        std::vector<int> order(n + 1);
        for (int chore = 1; chore <= n; chore++) order[places[chore]] = chore;
        for (int place = 1; place <= n; place++) std::cout << order[place] << ' ';
        std::cout << '\n';
        return 0;
    } while (std::next_permutation(places.begin() + 1, places.end()));
    std::cout << "impossible\n";
}
