package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"

	"github.com/almoner/almoner/internal/command"
)

// insideCommand runs this program as the server of the built binary: with a CPU profile, and with an ear for memoryQuestion.
const insideCommand = "serve-inside"

// serveInside runs the command line of a server, as the built binary does. The profile is a file for its CPU profile; "" for none.
func serveInside(profile string, args []string) error {
	go answerMemory(os.Stdin, os.Stdout)
	end := func() error { return nil }
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return errors.Join(err, file.Close())
		}
		end = func() error {
			pprof.StopCPUProfile()
			return file.Close()
		}
	}
	code := command.Run(args, command.Terminal{Out: io.Discard, Err: os.Stderr})
	if err := end(); err != nil || code == 0 {
		return err
	}
	return fmt.Errorf("the server ended with %d", code)
}

// memoryQuestion is the line that asks a server for the bytes of heap and stacks that are in use after a collection.
const memoryQuestion = "memory"

// answerMemory answers each line with the memory in use.
func answerMemory(questions io.Reader, answers io.Writer) {
	for lines := bufio.NewScanner(questions); lines.Scan(); {
		for range 4 { // stacks shrink by half each time
			runtime.GC()
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		_, _ = fmt.Fprintln(answers, m.HeapInuse+m.StackInuse)
	}
}
