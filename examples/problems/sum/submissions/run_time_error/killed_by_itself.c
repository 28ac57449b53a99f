/* SIGKILL without any limit being crossed: not a memory limit. */
#include <signal.h>

int main(void) { return raise(SIGKILL); }
