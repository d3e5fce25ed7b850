// Command bench measures Almoner and prints one Markdown table: what was measured, what it is
// measured against in the same run, the ratio of both, and the aim.
//
//	bash bench/run.sh                      everything, with a PostgreSQL of its own
//	go run ./bench -only reads,idle        some parts, on the PostgreSQL at $ALMONER_TEST_POSTGRES
//
// Servers are separate processes on loopback: the binary as it is built, and this program again as the bare net/http handler. Contenders
// are measured in short turns, one after the other; each number is the median of its turns, and each ratio the median of the ratios of the
// turns, because the speed of a shared machine varies.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// settings are the parsed flags.
type settings struct {
	only     []string
	postgres string
	dir      string
	profile  string
	// turn is how long one measurement takes, turns how many there are of each.
	turn  time.Duration
	turns int
	// many is the size of the large list of donations.
	many int
	// listening is how many live connections there are of each kind.
	listening int
}

// part is one group of rows of the table.
type part struct {
	name    string
	measure func(context.Context, *bench) error
}

func parts() []part {
	return []part{{"reads", reads}, {"compression", compression}, {"tokens", tokens}, {"donations", donations}, {"zeroed", zeroed}, {"gifts", checkouts}, {"pages", pages}, {"books", books}, {"copies", copies}, {"idle", idle}, {"fanout", fanOut}, {"nodes", twoNodes}, {"webhooks", webhooks}, {"crowd", crowd}, {"viewers", viewers}, {"desks", desks}}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == bareCommand {
		return serveBare(ctx, args[1])
	}
	if len(args) > 2 && args[0] == insideCommand {
		return serveInside(args[1], args[2:])
	}
	if len(args) == 2 && args[0] == listenCommand {
		return listen(args[1])
	}
	if len(args) == 2 && args[0] == viewCommand {
		return view(args[1])
	}
	if len(args) == 2 && args[0] == receiveCommand {
		return receive(ctx, args[1])
	}
	s, err := parse(args)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, s)
	if err != nil {
		return err
	}
	defer b.close()
	for _, p := range parts() {
		if !slices.Contains(s.only, p.name) {
			continue
		}
		if err := p.measure(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	b.conditions(ctx, os.Stdout)
	b.table.print(os.Stdout)
	return nil
}

func parse(args []string) (settings, error) {
	var s settings
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := flags.String("only", strings.Join(names, ","), "parts to measure")
	quick := flags.Bool("quick", false, "two turns and a tenth of the donations: a trial, not a measurement")
	flags.StringVar(&s.postgres, "postgres", os.Getenv("ALMONER_TEST_POSTGRES"), "URL of a PostgreSQL server; without one its rows are left out")
	flags.StringVar(&s.dir, "dir", "", "folder on the disk to measure (default: the system's temporary folder)")
	flags.StringVar(&s.profile, "profile", "", "folder for CPU profiles of the server")
	flags.IntVar(&s.listening, "listeners", 5000, "live connections of each kind")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	s.turn, s.turns, s.many = time.Second, 13, 1_000_000
	if *quick {
		s.turn, s.turns, s.many = time.Second, 2, 100_000
	}
	for _, name := range strings.Split(*only, ",") {
		if !slices.Contains(names, name) {
			return s, fmt.Errorf("-only %s: there are %s", name, strings.Join(names, ", "))
		}
		s.only = append(s.only, name)
	}
	return s, nil
}
