// @EXPECTED_RESULTS@: COMPILER-ERROR
// In Go an unused variable is an error.
package main

import "fmt"

func main() {
	var a, b, c int64
	fmt.Scan(&a, &b)
	fmt.Println(a + b)
}
