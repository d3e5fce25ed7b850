package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// neverReached is a rate limit in calls per minute that is enforced as usual but refuses nobody.
const neverReached = 1_000_000_000

// process is a server that the bench started.
type process struct {
	cmd  *exec.Cmd
	addr string
	log  *os.File
}

// serve starts the built binary on a database, with more flags if there are any, and waits until it is ready. It returns the time from the
// start of the process to the first 200 of /readyz.
func (b *bench) serve(ctx context.Context, db string, more ...string) (*process, time.Duration, error) {
	p, err := b.prepare(ctx, db, more...)
	if err != nil {
		return nil, 0, err
	}
	p.cmd.Stdout = p.log
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, 0, err
	}
	if err := p.ready(ctx); err != nil {
		return nil, 0, errors.Join(err, p.stop())
	}
	return p, time.Since(began), nil
}

// prepare is a server that is not started yet. With -profile it runs inside this program.
func (b *bench) prepare(ctx context.Context, db string, more ...string) (*process, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	limit := strconv.Itoa(neverReached)
	name, args := b.almoner, append([]string{
		"serve", "--addr", addr, "--db", db, "--sandbox", "--log-level", "warn",
		"--limit-token-per-minute", limit, "--limit-address-per-minute", limit,
	}, more...)
	if b.profile != "" {
		if name, args, err = b.inside(args); err != nil {
			return nil, err
		}
	}
	p := &process{addr: addr, cmd: exec.CommandContext(ctx, name, args...)}
	if p.log, err = os.CreateTemp(b.folder, "server-*.log"); err != nil {
		return nil, err
	}
	p.cmd.Stderr = p.log
	return p, nil
}

// inside is the command that runs a server inside this program.
func (b *bench) inside(args []string) (name string, all []string, err error) {
	profile := ""
	if b.profile != "" {
		profile = filepath.Join(b.profile, fmt.Sprintf("cpu-%d.pprof", time.Now().UnixNano()))
		b.progress("profile %s", profile)
	}
	name, err = os.Executable()
	return name, append([]string{insideCommand, profile}, args...), err
}

// ready polls /readyz until it answers 200.
func (p *process) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+"/readyz", nil)
		if err != nil {
			return err
		}
		if answer, err := client.Do(r); err == nil {
			if err := answer.Body.Close(); err != nil {
				return err
			}
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			output, _ := os.ReadFile(p.log.Name())
			return fmt.Errorf("server at %s is not ready: %w\n%s", p.addr, ctx.Err(), output)
		}
	}
}

// stop ends the server gracefully.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := p.cmd.Wait()
	if p.log == nil {
		return nil // the bare handler has no graceful stop
	}
	if err != nil {
		output, _ := os.ReadFile(p.log.Name())
		err = fmt.Errorf("server: %w\n%s", err, output)
	}
	return errors.Join(err, p.log.Close())
}

// resident is the process's resident memory in bytes, as reported by Linux.
func (p *process) resident() (int64, error) { return statusBytes(p.cmd.Process.Pid, "VmRSS:") }

// statusBytes is a line of a process's memory status on Linux, in bytes.
func statusBytes(pid int, name string) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			n, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return n * 1024, err
		}
	}
	return 0, errors.New("no " + name)
}

// clockTick is the unit of the times in /proc; it is the same on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// cpu is the processor time that the process has used so far, as reported by Linux; 0 elsewhere.
func (p *process) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	// The name in parentheses may contain spaces; user and system time are the 12th and 13th field after it.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick
}

// load is load on this server, with the server's processor time.
func (p *process) load(d time.Duration, requestOf func(connection int) request) (sample, error) {
	before := p.cpu()
	s, err := load(p.addr, connections, d, requestOf)
	s.cpu = p.cpu() - before
	return s, err
}

// bare starts this program as the bare handler of the response that is stored in the file.
func (b *bench) bare(ctx context.Context, answer string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(ctx, self, bareCommand, answer)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.addr = strings.TrimSpace(line)
	return p, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
