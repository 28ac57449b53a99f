// @EXPECTED_RESULTS@: OUTPUT-LIMIT
// A line of blanks for every step of adding one at a time; the comparison skips blanks.
package main

import (
	"fmt"
	"strings"
)

func main() {
	var a, b int64
	fmt.Scan(&a, &b)
	blanks := strings.Repeat(" ", 1024)
	for ; b > 0; b-- {
		fmt.Println(blanks)
		a++
	}
	fmt.Println(a + b)
}
