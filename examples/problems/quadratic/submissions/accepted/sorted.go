package main

import (
	"fmt"
	"sort"
)

func main() {
	var n, number, distance int
	fmt.Scan(&n, &number, &distance)
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = number
		number = number * 16807 % 2147483647
	}
	sort.Ints(numbers)
	pairs, first := 0, 0
	for i := range numbers {
		for numbers[i]-numbers[first] > distance {
			first++
		}
		pairs += i - first
	}
	fmt.Println(pairs)
}
