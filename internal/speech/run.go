package speech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/sound"
)

// maxHeld is how long the outputs of a killed command may be held open, by what it started, before they are closed.
const maxHeld = time.Second

// langSlot and voiceSlot stand for a language and its voice in what an operator chose.
const langSlot, voiceSlot = "{lang}", "{voice}"

// errLoud is why a command or a service is ended that writes more than is taken.
var errLoud = errors.New("it wrote more than a sound may have")

// local makes sounds by a program that is there, with its arguments.
func local(command string) (maker, error) {
	words := strings.Fields(command)
	if len(words) == 0 {
		return nil, errors.New("is empty: name a program and its arguments, such as espeak-ng -v {voice} --stdin --stdout")
	}
	for _, w := range words {
		if strings.ContainsAny(w, "{}") && w != langSlot && w != voiceSlot {
			return nil, fmt.Errorf("has %q: only {lang} and {voice} stand for something, each as an argument of its own", w)
		}
	}
	program, err := exec.LookPath(words[0])
	if err != nil {
		return nil, fmt.Errorf("names a program that is not there: %w", err)
	}
	return func(ctx context.Context, language, voice, text string) ([]byte, error) {
		filled := slices.Clone(words[1:])
		for i, w := range filled {
			switch w {
			case langSlot:
				filled[i] = language
			case voiceSlot:
				filled[i] = voice
			}
		}
		return run(ctx, program, filled, text)
	}, nil
}

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
