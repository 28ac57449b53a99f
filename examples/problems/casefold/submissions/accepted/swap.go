package main

import (
	"io"
	"os"
	"unicode"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	for i, letter := range text {
		if unicode.IsLetter(rune(letter)) {
			text[i] = letter ^ 'a' ^ 'A'
		}
	}
	os.Stdout.Write(text)
}
