// A right order, counted from zero.
#include <iostream>
#include <vector>

int main() {
    int n, m;
    std::cin >> n >> m;
    std::vector<std::vector<int>> after(n);
    std::vector<int> waits_for(n), order;
    for (int a, b; m-- > 0 && std::cin >> a >> b;) {
        after[a - 1].push_back(b - 1);
        waits_for[b - 1]++;
    }
    for (int chore = 0; chore < n; chore++) {
        if (waits_for[chore] == 0) order.push_back(chore);
    }
    for (std::size_t done = 0; done < order.size(); done++) {
        for (int chore : after[order[done]]) {
            if (--waits_for[chore] == 0) order.push_back(chore);
        }
    }
    for (int chore : order) std::cout << chore << ' ';
    std::cout << '\n';
}
