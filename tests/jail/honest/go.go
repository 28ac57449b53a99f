// Goroutines, files, a child, timers, random, a refused connection.
package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"time"
)

func main() {
	reader := bufio.NewReader(os.Stdin)
	var sum, number int64
	for {
		if _, err := fmt.Fscan(reader, &number); err != nil {
			break
		}
		sum += number
	}
	var group sync.WaitGroup
	for i := 0; i < 100; i++ {
		group.Add(1)
		go func() { defer group.Done(); time.Sleep(time.Millisecond) }()
	}
	group.Wait()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	rand.Read(make([]byte, 8))
	os.WriteFile("scratch.txt", make([]byte, 100000), 0o644)
	from, _ := os.Open("scratch.txt")
	to, _ := os.Create("copy.txt")
	if n, err := io.Copy(to, from); n != 100000 || err != nil {
		panic(err)
	}
	os.Remove("copy.txt")
	os.Remove("scratch.txt")
	exec.Command("/bin/true").Run()
	net.Dial("tcp", "127.0.0.1:9")
	net.Interfaces()
	var keep [][]byte
	for i := 0; i < 100; i++ {
		keep = append(keep, make([]byte, 1<<20))
	}
	runtime.GC()
	_ = keep
	fmt.Println(sum, 42)
}
