#include <cctype>
#include <iostream>
#include <string>

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        for (char &letter : line) {
            if (std::isalpha(static_cast<unsigned char>(letter))) letter ^= 'a' ^ 'A';
        }
        std::cout << line << '\n';
    }
}
