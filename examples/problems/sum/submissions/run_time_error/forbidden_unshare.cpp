// Asks for namespaces of its own: a system call that no jail allows.
#include <iostream>
#include <sched.h>

int main() {
    long long a, b;
    std::cin >> a >> b;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) std::cerr << "in a new namespace\n";
    std::cout << a + b << '\n';
}
