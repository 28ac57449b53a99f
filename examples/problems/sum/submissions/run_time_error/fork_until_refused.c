/* Forks children that wait, until the limit of processes refuses one; then exits with 1. */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    for (;;) {
        pid_t child = fork();
        if (child == 0) {
            for (;;) pause();
        }
        if (child < 0) {
            perror("fork");
            return 1;
        }
    }
}
