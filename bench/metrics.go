package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// positions are those of the last event that the server has seen, and of the last one folded into its leaderboards.
func (p *process) positions(ctx context.Context) (log, folded int64, err error) {
	values, err := p.metrics(ctx, "almoner_feed_position", "almoner_projection_position")
	if err != nil {
		return 0, 0, err
	}
	return values[0], values[1], nil
}

// metrics reads some of the server's metrics, in order.
func (p *process) metrics(ctx context.Context, names ...string) ([]int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	values, found := make([]int64, len(names)), 0
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		i := slices.Index(names, name)
		if i < 0 {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, err
		}
		values[i], found = int64(number), found+1
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if found != len(names) {
		return nil, fmt.Errorf("metrics of %s: found %d of %v", p.addr, found, names)
	}
	return values, nil
}

// longest is the largest of some values; the zero value of none.
func longest[T cmp.Ordered](all []T) T {
	var none T
	if len(all) == 0 {
		return none
	}
	return slices.Max(all)
}
