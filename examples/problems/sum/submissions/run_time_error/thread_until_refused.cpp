// Starts threads that wait, until the limit of processes refuses one: std::system_error, SIGABRT.
#include <chrono>
#include <thread>

int main() {
    for (;;) {
        std::thread([] { std::this_thread::sleep_for(std::chrono::hours(1)); }).detach();
    }
}
