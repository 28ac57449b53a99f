// No room for the last chore: std::out_of_range, SIGABRT.
#include <iostream>
#include <vector>

int main() {
    int n, m;
    std::cin >> n >> m;
    std::vector<int> waits_for(n);
    for (int chore = 1; chore <= n; chore++) waits_for.at(chore) = 0;
}
