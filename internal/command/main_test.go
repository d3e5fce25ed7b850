package command_test

import (
	"os"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/testpg"
)

// asProgram is the environment variable with which this test is the program itself.
const asProgram = "COMMAND_TEST_IS_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(command.Run(os.Args[1:], command.Terminal{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}
	testpg.Main(m)
}
