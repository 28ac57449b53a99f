// Adds one at a time, atomically.
package main

import (
	"fmt"
	"sync/atomic"
)

func main() {
	var a, b int64
	fmt.Scan(&a, &b)
	step := int64(1)
	if b < 0 {
		step = -1
	}
	for ; b != 0; b -= step {
		atomic.AddInt64(&a, step)
	}
	fmt.Println(a)
}
