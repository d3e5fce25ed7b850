package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// pgbench prepares PostgreSQL's own benchmark, TPC-B, on the same server: at a commonly used scale, and at one where its clients do not
// wait for each other's rows.
func (b *bench) pgbench(ctx context.Context) ([]contender, error) {
	program, err := findPgbench()
	if err != nil {
		return nil, err
	}
	var found []contender
	for _, scale := range []int{10, connections} {
		url, err := b.createDatabase("tpcb")
		if err != nil {
			return nil, err
		}
		out, err := exec.CommandContext(ctx, program, "-i", "-q", "-s", strconv.Itoa(scale), url).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("pgbench: %w\n%s", err, out)
		}
		found = append(found, contender{fmt.Sprintf("pgbench TPC-B, scale %d", scale), func(d time.Duration) (sample, error) {
			return runPgbench(ctx, program, url, d)
		}})
	}
	return found, nil
}

var (
	tps        = regexp.MustCompile(`tps = ([0-9.]+) \(without initial`)
	avgLatency = regexp.MustCompile(`latency average = ([0-9.]+) ms`)
)

// runPgbench returns a sample whose latencies are the average that pgbench reports.
func runPgbench(ctx context.Context, program, url string, d time.Duration) (sample, error) {
	// Opening its connections alone can take a second.
	seconds := strconv.Itoa(max(3, int(math.Ceil(d.Seconds()))))
	clients := strconv.Itoa(connections)
	out, err := exec.CommandContext(ctx, program, "-n", "-M", "prepared", "-c", clients, "-j", "2", "-T", seconds, url).CombinedOutput()
	if err != nil {
		return sample{}, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	rate, latency := tps.FindSubmatch(out), avgLatency.FindSubmatch(out)
	if rate == nil || latency == nil {
		return sample{}, fmt.Errorf("pgbench reported no rate: %s", out)
	}
	perSecond, err := strconv.ParseFloat(string(rate[1]), 64)
	if err != nil {
		return sample{}, err
	}
	ms, err := strconv.ParseFloat(string(latency[1]), 64)
	average := time.Duration(ms * float64(time.Millisecond))
	return sample{count: int(perSecond * 1000), elapsed: 1000 * time.Second, latencies: []time.Duration{average}}, err
}

func findPgbench() (string, error) {
	if onPath, err := exec.LookPath("pgbench"); err == nil {
		return onPath, nil
	}
	debian, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if err != nil || len(debian) == 0 {
		return "", errors.New("pgbench is not installed (Debian: apt-get install postgresql-contrib)")
	}
	return slices.Max(debian), nil
}
