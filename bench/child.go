package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// maxAnswer is how long a line of a child can be, in bytes: the instants of all webhooks of one turn.
const maxAnswer = 64 << 20

// child is a process of the bench that answers questions: a line on its standard input, a line on its standard output. It ends when its input
// does, so that it does not outlive the bench.
type child struct {
	*process
	in  io.WriteCloser
	out *bufio.Scanner
}

// attend starts a process as a child.
func attend(p *process) (*child, error) {
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c := &child{process: p, in: in, out: bufio.NewScanner(out)}
	c.out.Buffer(nil, maxAnswer)
	return c, p.cmd.Start()
}

// self starts this program as a child that does one thing, as the order says.
func (b *bench) self(ctx context.Context, command string, order any) (*child, error) {
	name, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(order)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, name, command, string(text))
	cmd.Stderr = os.Stderr
	return attend(&process{cmd: cmd})
}

// serveAsked is serve for a server whose memory can be asked for: it runs inside this program.
func (b *bench) serveAsked(ctx context.Context, db string, more ...string) (*child, error) {
	p, err := b.prepare(ctx, db, more...)
	if err != nil {
		return nil, err
	}
	if b.profile == "" {
		name, args, err := b.inside(p.cmd.Args[1:])
		if err != nil {
			return nil, err
		}
		log := p.cmd.Stderr
		p.cmd = exec.CommandContext(ctx, name, args...)
		p.cmd.Stderr = log
	}
	c, err := attend(p)
	if err != nil {
		return nil, err
	}
	if err := p.ready(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return c, nil
}

// line is the next line that the child writes.
func (c *child) line() (string, error) {
	if !c.out.Scan() {
		return "", fmt.Errorf("%s ended: %w", c.cmd.Args[:2], errors.Join(c.out.Err(), io.ErrUnexpectedEOF))
	}
	return c.out.Text(), nil
}

// tell sends a line that is not answered.
func (c *child) tell(text string) error {
	_, err := io.WriteString(c.in, text+"\n")
	return err
}

// answer reads a line of JSON.
func (c *child) answer(into any) error {
	text, err := c.line()
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%s: %w: %.200s", strings.Join(c.cmd.Args[:2], " "), err, text)
	}
	return nil
}

// ask asks a question whose answer is a line of JSON.
func (c *child) ask(question string, into any) error {
	if err := c.tell(question); err != nil {
		return err
	}
	return c.answer(into)
}

// end ends a child that ends with its input.
func (c *child) end() error {
	return errors.Join(c.in.Close(), c.cmd.Wait())
}

// memory is what a server holds: resident memory as the system counts it, and heap and stacks in use after a collection; in bytes.
type memory struct{ resident, used int64 }

func (c *child) memory() (m memory, err error) {
	if m.resident, err = c.resident(); err != nil {
		return m, err
	}
	return m, c.ask(memoryQuestion, &m.used)
}
