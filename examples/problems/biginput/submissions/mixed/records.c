/* @EXPECTED_RESULTS@: MEMORY-LIMIT */
/* A record of its own for each line, with room for 256 bytes of text: 512 MB. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record {
    struct record *next;
    int number;
    char text[256];
};

int main(void) {
    struct record *first = NULL;
    int n, lonely = 0;
    if (scanf("%d", &n) != 1) return 1;
    for (int i = 0; i < n; i++) {
        struct record *record = malloc(sizeof *record);
        if (record == NULL || scanf("%d", &record->number) != 1) return 1;
        memset(record->text, '.', sizeof record->text);
        record->next = first;
        first = record;
    }
    for (; first != NULL; first = first->next) lonely ^= first->number;
    printf("%d\n", lonely);
    return 0;
}
