package main

func main() {
	var numbers []int
	numbers[len(numbers)]++
}
