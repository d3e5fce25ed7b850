package command_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/testnode"
)

func TestRefusalsOnStart(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	notADatabase := filepath.Join(t.TempDir(), "letter.db")
	testnode.Write(t, notADatabase, strings.Repeat("Dear reader, this is a letter. ", 100))
	running := testnode.Database(t)
	testnode.Start(t, command.Serve{DB: running, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})

	for _, c := range []struct {
		name string
		with command.Serve
		want []string
	}{
		{"port in use", command.Serve{Addr: config.Address(taken.Addr().String()), DB: testnode.Database(t)}, []string{"in use by another program", "--addr"}},
		{"no such host", command.Serve{Addr: "192.0.2.1:0", DB: testnode.Database(t)}, []string{"192.0.2.1:0", "--addr"}},
		{"not a database", command.Serve{DB: config.Database("sqlite:" + notADatabase)}, []string{notADatabase, "not a database"}},
		{"folder is missing", command.Serve{DB: config.Database("sqlite:" + filepath.Join(t.TempDir(), "no", "a.db"))}, []string{"folder", "--db"}},
		{"a folder", command.Serve{DB: config.Database("sqlite:" + t.TempDir())}, []string{"cannot be written to", "--db"}},
		{"newer version", command.Serve{DB: newer(t)}, []string{"newer version"}},
		{"database is not there", command.Serve{DB: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2"}, []string{"127.0.0.1", "PostgreSQL"}},
		{"half a captcha", command.Serve{DB: testnode.Database(t), Captcha: config.Captcha{Secret: "x"}}, []string{"--captcha-verify-url", "--captcha-script"}},
		{"a voice without a program", command.Serve{DB: testnode.Database(t), Speech: config.Speech{Command: "no-such-program", Voices: map[string]string{"en": "en"}}}, []string{"--speech-command", "no-such-program"}},
		{"a program and a service that speak", command.Serve{DB: testnode.Database(t), Speech: config.Speech{Command: "true", URL: "https://speech.example.org"}}, []string{"--speech-command", "--speech-url"}},
		{"texts without encryption", command.Serve{DB: testnode.Database(t), Speech: config.Speech{URL: "http://speech.example.org"}}, []string{"--speech-url", "https"}},
		{"roots that are not there", command.Serve{DB: testnode.Database(t), TLS: config.TLS{Hosts: []config.Host{"a.example"}, Root: "no-such-file"}}, []string{"--acme-root", "no-such-file"}},
		{"a port for http in use", command.Serve{DB: testnode.Database(t), TLS: config.TLS{Hosts: []config.Host{"a.example"}, HTTPAddr: config.OptionalAddress(taken.Addr().String())}}, []string{"in use by another program", "--http-addr"}},
		{"a local authority that is a file", command.Serve{DB: testnode.Database(t), TLS: config.TLS{Hosts: []config.Host{"a.example"}, LocalCA: notADatabase}}, []string{notADatabase, "--local-ca"}},
		{"second process", command.Serve{DB: running}, []string{"in use by another process", "--db"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.with.Addr == "" {
				c.with.Addr = "127.0.0.1:0"
			}
			testnode.Refused(t, c.with, c.want...)
		})
	}
}
