// Looks for the twin of each number from the start: 4 * 10^12 comparisons.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	var numbers []int
	for lines.Scan() {
		number, err := strconv.Atoi(lines.Text())
		if err != nil {
			panic(err)
		}
		numbers = append(numbers, number)
	}
	for _, number := range numbers {
		twins := 0
		for _, other := range numbers {
			if other == number {
				twins++
			}
		}
		if twins == 1 {
			fmt.Println(number)
		}
	}
}
