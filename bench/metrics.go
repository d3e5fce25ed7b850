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

// positions are that of the last event which the server has seen, and of the last one that its
// leaderboards have.
func (p *process) positions(ctx context.Context) (log, folded int64, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+"/metrics", nil)
	if err != nil {
		return 0, 0, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	wanted := map[string]*int64{"almoner_feed_position": &log, "almoner_projection_position": &folded}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if wanted[name] == nil {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, 0, err
		}
		*wanted[name] = int64(number)
		delete(wanted, name)
	}
	if err := lines.Err(); err != nil {
		return 0, 0, err
	}
	if len(wanted) > 0 {
		return 0, 0, fmt.Errorf("metrics of %s lack %v", p.addr, wanted)
	}
	return log, folded, nil
}

// longest is the largest of some values; the zero value of none.
func longest[T cmp.Ordered](all []T) T {
	var none T
	if len(all) == 0 {
		return none
	}
	return slices.Max(all)
}
