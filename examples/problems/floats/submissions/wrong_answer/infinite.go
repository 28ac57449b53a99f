// Prints an infinite length: within no tolerance.
package main

import (
	"fmt"
	"math"
)

func main() {
	var n int
	fmt.Scan(&n)
	for ; n > 0; n-- {
		fmt.Println(math.Inf(1))
	}
}
