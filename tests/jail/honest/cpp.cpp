// Streams, threads, futures, a file, chrono, random, exceptions, parallel work.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

int main()
{
	std::ios::sync_with_stdio(false);
	long sum = 0;
	for (long number; std::cin >> number;)
		sum += number;
	std::random_device device;
	std::vector<unsigned> values(1 << 20);
	std::generate(values.begin(), values.end(), [&, engine = std::mt19937(device())]() mutable {
		return static_cast<unsigned>(engine());
	});
	auto sorted = std::async(std::launch::async, [&] { std::sort(values.begin(), values.end()); });
	std::thread sleeper([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
	sleeper.join();
	sorted.get();
	std::ofstream("scratch.txt") << sum << '\n';
	std::filesystem::copy_file("scratch.txt", "copy.txt",
				   std::filesystem::copy_options::overwrite_existing);
	for (const auto &entry : std::filesystem::directory_iterator("."))
		sum += entry.file_size() * 0;
	std::filesystem::remove("copy.txt");
	std::filesystem::rename("scratch.txt", "renamed.txt");
	std::filesystem::remove("renamed.txt");
	try {
		throw std::runtime_error("caught");
	} catch (const std::exception &) {
		std::cout << sum << " 42" << std::endl;
	}
}
