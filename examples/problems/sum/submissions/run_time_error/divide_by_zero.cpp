// Integer division by zero: SIGFPE on x86, so SIGFPE is raised where the processor does not.
#include <csignal>
#include <iostream>

int main() {
    volatile int zero = 0;
    std::cout << 1 / zero << '\n';
    std::raise(SIGFPE);
}
