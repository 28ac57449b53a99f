// @EXPECTED_RESULTS@: MEMORY-LIMIT
// A record of its own for each line, with room for 256 bytes of text: 512 MB.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

type record struct {
	number int
	text   [256]byte
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	var records []*record
	for lines.Scan() {
		number, err := strconv.Atoi(lines.Text())
		if err != nil {
			panic(err)
		}
		next := &record{number: number}
		copy(next.text[:], lines.Bytes())
		records = append(records, next)
	}
	lonely := 0
	for _, record := range records {
		lonely ^= record.number
	}
	fmt.Println(lonely)
}
