// @EXPECTED_RESULTS@: MEMORY-LIMIT
// Keeps a tally of b marks in memory.
package main

import (
	"bytes"
	"fmt"
	"runtime"
)

const marks = 1 << 20

func main() {
	var a, b int64
	fmt.Scan(&a, &b)
	var tally [][]byte
	for left := b; left >= marks; left -= marks {
		tally = append(tally, bytes.Repeat([]byte("|"), marks))
	}
	fmt.Println(a + b)
	runtime.KeepAlive(tally)
}
