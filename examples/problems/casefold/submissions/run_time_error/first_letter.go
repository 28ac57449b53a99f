// Looks at the first letter of a line that may have none: index out of range.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"unicode"
)

func swap(letter rune) rune {
	if unicode.IsUpper(letter) {
		return unicode.ToLower(letter)
	}
	return unicode.ToUpper(letter)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		line := lines.Text()
		fmt.Println(string(swap(rune(line[0]))) + strings.Map(swap, line[1:]))
	}
}
