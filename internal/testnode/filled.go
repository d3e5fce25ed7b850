package testnode

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/must"
)

// Filled writes the files of a demo into the folder, which is made: a demo that starts there goes on with them. Each test binary
// fills a demo of each kind once, because that takes longer than most tests.
func Filled(t *testing.T, folder string, pictures bool) {
	t.Helper()
	fill := plainDemo
	if pictures {
		fill = paintedDemo
	}
	files := must.Get(fill())(t)
	must.Do(t, os.MkdirAll(folder, 0o700))
	for name, content := range files {
		must.Do(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
}

var (
	plainDemo   = sync.OnceValues(func() (map[string][]byte, error) { return fillDemo(false) })
	paintedDemo = sync.OnceValues(func() (map[string][]byte, error) { return fillDemo(true) })
)

// fillDemo are the files of a demo that was filled and stopped.
func fillDemo(pictures bool) (files map[string][]byte, err error) {
	folder, err := os.MkdirTemp("", "testnode")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := DemoIn(folder)
	c.Pictures = pictures
	if err := c.Run(ctx, command.Terminal{Out: stopper(cancel), Err: io.Discard}); err != nil {
		return nil, err
	}
	files = map[string][]byte{}
	made, err := os.ReadDir(folder)
	for _, file := range made {
		content, unread := os.ReadFile(filepath.Join(folder, file.Name()))
		files[file.Name()], err = content, errors.Join(err, unread)
	}
	return files, err
}

// stopper stops a demo that says that it is ready.
type stopper context.CancelFunc

func (s stopper) Write(text []byte) (int, error) {
	s()
	return len(text), nil
}
