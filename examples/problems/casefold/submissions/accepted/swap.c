#include <ctype.h>
#include <stdio.h>

int main(void) {
    for (int letter; (letter = getchar()) != EOF;) {
        putchar(isupper(letter) ? tolower(letter) : toupper(letter));
    }
    return 0;
}
