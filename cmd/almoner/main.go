// Command almoner is a charity-fundraising server for live streams, and what its operator needs
// beside it; see package command.
package main

import (
	"os"

	"github.com/almoner/almoner/internal/command"
)

func main() {
	os.Exit(command.Run(os.Args[1:], command.Terminal{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Locale: command.LocaleOf(os.Getenv)}))
}
