package command_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/testnode"
)

func TestRefusalsOfTheDemo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	testnode.Write(t, file, "")
	testnode.Refused(t, command.Demo{Data: file, Addr: "127.0.0.1:0"}, file, "--data")

	d := testnode.StartDemo(t, command.Demo{Data: t.TempDir(), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(d.Data, "credentials.json")); err != nil {
		t.Fatal(err)
	}
	testnode.Refused(t, command.Demo{Data: d.Data, Addr: "127.0.0.1:0"}, "credentials.json is missing", "--data")
}
