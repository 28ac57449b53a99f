// First come, first served.
#include <iostream>
#include <queue>
#include <vector>

int main() {
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<int>> after(n + 1);
    std::vector<int> waits_for(n + 1);
    for (int a, b; m-- > 0 && std::cin >> a >> b;) {
        after[a].push_back(b);
        waits_for[b]++;
    }
    std::queue<int> ready;
    for (int chore = 1; chore <= n; chore++) {
        if (waits_for[chore] == 0) ready.push(chore);
    }
    std::vector<int> order;
    while (!ready.empty()) {
        order.push_back(ready.front());
        ready.pop();
        for (int chore : after[order.back()]) {
            if (--waits_for[chore] == 0) ready.push(chore);
        }
    }
    if (static_cast<int>(order.size()) < n) {
        std::cout << "impossible\n";
        return 0;
    }
    for (int chore : order) std::cout << chore << ' ';
    std::cout << '\n';
}
