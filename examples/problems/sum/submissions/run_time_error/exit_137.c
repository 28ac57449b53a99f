/* Exit code 137 looks like SIGKILL in a shell; it is an ordinary exit code. */
int main(void) { return 137; }
