// Tries the validator: both answers at once.
package main

import "fmt"

func main() {
	var n int
	fmt.Scan(&n)
	fmt.Println("impossible")
	for chore := 1; chore <= n; chore++ {
		fmt.Println(chore)
	}
}
