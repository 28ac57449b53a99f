// Depth first: each chore stands before everything that waits for it.
package main

import (
	"bufio"
	"fmt"
	"os"
)

const (
	untouched = iota
	begun
	finished
)

type search struct {
	after [][]int
	state []int
	order []int // backwards
}

// visit says whether no cycle was met.
func (s *search) visit(chore int) bool {
	if s.state[chore] != untouched {
		return s.state[chore] == finished
	}
	s.state[chore] = begun
	for _, next := range s.after[chore] {
		if !s.visit(next) {
			return false
		}
	}
	s.state[chore] = finished
	s.order = append(s.order, chore)
	return true
}

func main() {
	in := bufio.NewReader(os.Stdin)
	var n, m int
	fmt.Fscan(in, &n, &m)
	s := search{after: make([][]int, n+1), state: make([]int, n+1)}
	for ; m > 0; m-- {
		var a, b int
		fmt.Fscan(in, &a, &b)
		s.after[a] = append(s.after[a], b)
	}
	for chore := 1; chore <= n; chore++ {
		if !s.visit(chore) {
			fmt.Println("impossible")
			return
		}
	}
	for i := n - 1; i >= 0; i-- {
		fmt.Print(s.order[i], " ")
	}
	fmt.Println()
}
