// Looks at every pair: 8 * 10^10 of them.
package main

import "fmt"

func main() {
	var n, number, distance, pairs int
	fmt.Scan(&n, &number, &distance)
	numbers := make([]int, 0, n)
	for i := 0; i < n; i++ {
		for _, other := range numbers {
			if number-other <= distance && other-number <= distance {
				pairs++
			}
		}
		numbers = append(numbers, number)
		number = number * 16807 % 2147483647
	}
	fmt.Println(pairs)
}
