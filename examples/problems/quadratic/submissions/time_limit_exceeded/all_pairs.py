# Looks at every pair: 8 * 10^10 of them.
def main():
    n, number, distance = map(int, input().split())
    numbers = []
    pairs = 0
    for _ in range(n):
        for other in numbers:
            if -distance <= number - other <= distance:
                pairs += 1
        numbers.append(number)
        number = number * 16807 % 2147483647
    print(pairs)


main()
