package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// connections is how many callers there are at once.
const connections = 64

// reads compares two reads of the API, which the server has in its cache after the first
// answer, with a bare net/http handler that writes the same bytes.
func reads(ctx context.Context, b *bench) error {
	w, err := b.newWorld(ctx, b.databases()[0], "reads")
	if err != nil {
		return err
	}
	server, _, err := b.serve(ctx, w.url)
	if err != nil {
		return err
	}
	for _, path := range []string{campaignPath(w.Campaign, ""), campaignPath(w.Campaign, "/donations")} {
		if err := b.read(ctx, server, path, w.V3.ApplicationToken); err != nil {
			return errors.Join(err, server.stop())
		}
	}
	return server.stop()
}

func (b *bench) read(ctx context.Context, server *process, path, token string) error {
	answer, file, err := b.fetch(ctx, "http://"+server.addr+path, token)
	if err != nil {
		return err
	}
	fileOfLess, err := b.store("less", answer.withoutHeaders())
	if err != nil {
		return err
	}
	same, err := b.bare(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = same.stop() }()
	less, err := b.bare(ctx, fileOfLess)
	if err != nil {
		return err
	}
	defer func() { _ = less.stop() }()
	found, err := b.compete(
		reader("almoner "+path, server, path, token), reader("bare, same headers", same, path, token),
		reader("bare, two headers", less, path, token))
	if err != nil {
		return err
	}
	ours := found.medians[0]
	for i, against := range []string{"bare net/http, same headers", "bare net/http, Content-Type only"} {
		other := found.medians[i+1]
		aim := ""
		if i == 0 {
			aim = "≥ 0.70"
		}
		b.table.add(row{
			what:     fmt.Sprintf("GET %s, %s bytes, %d connections", path, thousands(int64(len(answer.Body))), connections),
			measured: ours.String(), against: fmt.Sprintf("%s: %s", against, other), ratio: twoDigits(found.ratios[i+1]), aim: aim,
		})
	}
	b.table.add(row{
		what: fmt.Sprintf("GET %s, processor time of the server", path), measured: short(ours.each()),
		against: fmt.Sprintf("bare net/http, same headers: %s", short(found.medians[1].each())),
		ratio:   ratioOf(ours.each().Seconds(), found.medians[1].each().Seconds()),
	})
	return nil
}

// reader asks a server the same question on all connections.
func reader(name string, p *process, path, token string) contender {
	return contender{name, func(d time.Duration) (sample, error) {
		return p.load(d, func(int) request { return get(path, token) })
	}}
}
