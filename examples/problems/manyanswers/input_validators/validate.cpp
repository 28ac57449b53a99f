// Accepts n and m, then m pairs of different numbers from 1 to n, with single spaces and newlines.
#include <cstdio>
#include <cstdlib>

namespace {

[[noreturn]] void reject(const char *why) {
    std::fprintf(stderr, "%s\n", why);
    std::exit(43);
}

// Reads a number without sign or leading zero, and the one byte that ends it.
int read_number(int min, int max, int end) {
    int value = 0;
    int digits = 0;
    int byte = std::getchar();
    for (; byte >= '0' && byte <= '9'; byte = std::getchar()) {
        if (digits > 0 && value == 0) reject("leading zero");
        if (++digits > 6) reject("number too long");
        value = 10 * value + (byte - '0');
    }
    if (digits == 0) reject("no number where one is due");
    if (byte != end) reject("wrong character after a number");
    if (value < min || value > max) reject("number out of range");
    return value;
}

}  // namespace

int main() {
    const int n = read_number(1, 2000, ' ');
    const int m = read_number(0, 10000, '\n');
    for (int rule = 0; rule < m; rule++) {
        const int a = read_number(1, n, ' ');
        const int b = read_number(1, n, '\n');
        if (a == b) reject("a chore waits for itself");
    }
    if (std::getchar() != EOF) reject("text after the last rule");
    return 42;
}
