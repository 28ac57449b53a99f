package main

import (
	"bufio"
	"fmt"
	"os"
	"sync"
)

func main() {
	var a, b int64
	fmt.Fscan(bufio.NewReader(os.Stdin), &a, &b)
	sums := make(chan int64, 2)
	var group sync.WaitGroup
	for _, value := range []int64{a, b} {
		group.Add(1)
		go func(value int64) {
			defer group.Done()
			sums <- value
		}(value)
	}
	group.Wait()
	fmt.Println(<-sums + <-sums)
}
