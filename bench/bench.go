package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// bench is one run: its settings, its folder, the binary and the table.
type bench struct {
	settings
	folder  string
	almoner string
	table   table
	// made are the PostgreSQL databases to drop at the end.
	made []string
}

func newBench(ctx context.Context, s settings) (*bench, error) {
	folder, err := os.MkdirTemp(s.dir, "almoner-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{settings: s, folder: folder, almoner: filepath.Join(folder, "almoner")}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", b.almoner, "github.com/almoner/almoner/cmd/almoner")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.close()
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	return b, nil
}

// close removes everything that the run created.
func (b *bench) close() {
	for _, name := range b.made {
		if err := b.admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}
	if err := os.RemoveAll(b.folder); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// progress prints what is being measured.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// database is a kind of database to measure on.
type database struct {
	name string
	// make creates an empty database and returns its URL.
	make func(name string) (string, error)
}

// databases are SQLite and, if a server is given, PostgreSQL.
func (b *bench) databases() []database {
	found := []database{{"SQLite", func(name string) (string, error) {
		return "sqlite:" + filepath.Join(b.folder, name+".db"), nil
	}}}
	if b.postgres != "" {
		found = append(found, database{"PostgreSQL", b.createDatabase})
	}
	return found
}

func (b *bench) createDatabase(name string) (string, error) {
	name = "bench_" + name + "_" + strings.ToLower(rand.Text()[:8])
	if err := b.admin("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	b.made = append(b.made, name)
	u, err := url.Parse(b.postgres)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// admin runs one statement on the PostgreSQL server, even after an interrupt.
func (b *bench) admin(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return execute(ctx, b.postgres, statement)
}

func execute(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
