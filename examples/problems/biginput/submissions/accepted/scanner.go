package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	lonely := 0
	for lines.Scan() {
		number := 0
		for _, digit := range lines.Bytes() {
			number = 10*number + int(digit-'0')
		}
		lonely ^= number
	}
	fmt.Println(lonely)
}
