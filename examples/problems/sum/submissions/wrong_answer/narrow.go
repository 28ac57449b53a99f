// Adds in 32 bits.
package main

import "fmt"

func main() {
	var a, b int64
	fmt.Scan(&a, &b)
	fmt.Println(int32(a) + int32(b))
}
