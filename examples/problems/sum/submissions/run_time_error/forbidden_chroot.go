// Asks for another root: a system call that no jail allows.
package main

import (
	"fmt"
	"syscall"
)

func main() {
	var a, b int64
	fmt.Scan(&a, &b)
	_ = syscall.Chroot(".")
	fmt.Println(a + b)
}
