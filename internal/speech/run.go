package speech

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/sound"
)

// maxHeld is how long the outputs of a killed command may be held open, by what it started, before they are closed.
const maxHeld = time.Second

// errLoud is why a command is killed that writes more than is taken.
var errLoud = errors.New("the command wrote more than a sound may have")

// run hands a text to a program, and returns what it writes until the context ends. What it says besides is not read: donors' words may be in it.
func run(ctx context.Context, program string, words []string, text string) ([]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out := &limited{most: sound.Speech.Bytes, cancel: cancel}
	command := exec.CommandContext(ctx, program, words...)
	command.Stdin, command.Stdout, command.Env, command.Dir = strings.NewReader(text+"\n"), out, []string{}, os.TempDir()
	command.WaitDelay = maxHeld
	together(command)
	err := command.Run()
	end(command)
	switch {
	case out.over:
		return nil, errLoud
	case ctx.Err() != nil:
		return nil, context.Cause(ctx) //nolint:wrapcheck // the caller says what it was
	case err != nil:
		return nil, err //nolint:wrapcheck // the caller says what it was
	default:
		return out.Bytes(), nil
	}
}

// limited keeps what is written until it is too much, and then ends the writer.
type limited struct {
	bytes.Buffer

	most   int
	over   bool
	cancel func()
}

func (l *limited) Write(p []byte) (int, error) {
	if l.over = l.over || l.Len()+len(p) > l.most; l.over {
		l.cancel()
		return 0, errLoud
	}
	return l.Buffer.Write(p) //nolint:wrapcheck // a buffer cannot fail
}
