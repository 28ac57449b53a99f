def main():
    n, number, distance = map(int, input().split())
    numbers = []
    for _ in range(n):
        numbers.append(number)
        number = number * 16807 % 2147483647
    numbers.sort()
    pairs = first = 0
    for index, number in enumerate(numbers):
        while number - numbers[first] > distance:
            first += 1
        pairs += index - first
    print(pairs)


main()
