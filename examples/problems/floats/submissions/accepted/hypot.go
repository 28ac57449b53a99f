package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	var n int
	fmt.Fscan(in, &n)
	for ; n > 0; n-- {
		var a, b float64
		fmt.Fscan(in, &a, &b)
		fmt.Println(math.Hypot(a, b))
	}
}
