// @EXPECTED_RESULTS@: OUTPUT-LIMIT
// Goes from a blocked chore to what blocks it, with a sigh: for ever where the rules go in a circle.
#include <iostream>
#include <vector>

int main() {
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<int>> before(n + 1);
    for (int a, b; m-- > 0 && std::cin >> a >> b;) before[b].push_back(a);
    std::vector<bool> is_done(n + 1);
    for (int left = n, chore = 1; left > 0;) {
        while (!before[chore].empty() && is_done[before[chore].back()]) before[chore].pop_back();
        if (!before[chore].empty()) {
            chore = before[chore].back();
            std::cout << "   ";
        } else {
            if (!is_done[chore]) {
                std::cout << chore << '\n';
                left--;
            }
            is_done[chore] = true;
            chore = chore % n + 1;
        }
    }
}
