package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// connections is the number of concurrent callers.
const connections = 64

// reads compares two reads of each version of the API, which the server has in its cache after the first response, with a bare net/http
// handler that writes the same bytes.
func reads(ctx context.Context, b *bench) error {
	w, err := b.newWorld(ctx, b.databases()[0], "reads")
	if err != nil {
		return err
	}
	server, _, err := b.serve(ctx, w.url)
	if err != nil {
		return err
	}
	for _, path := range []string{
		campaignPath(w.Campaign, ""), campaignPath(w.Campaign, "/donations"),
		publicPath(w.Campaign, ""), publicPath(w.Campaign, "/donations"),
	} {
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
	same, err := b.bare(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = same.stop() }()
	found, err := b.compete(
		reader("almoner "+path, server, path, token), reader("bare, same headers", same, path, token))
	if err != nil {
		return err
	}
	ours, bare := found.medians[0], found.medians[1]
	// A UUID says nothing in the table.
	shown := idInPath.ReplaceAllString(path, "/{id}")
	b.table.add(row{
		what:     fmt.Sprintf("GET %s, %s bytes, %d connections", shown, thousands(int64(len(answer.Body))), connections),
		measured: ours.String(), against: "bare net/http, same headers: " + bare.String(), ratio: twoDigits(found.ratios[1]), aim: "≥ 0.70",
	})
	b.table.add(row{
		what: fmt.Sprintf("GET %s, processor time of the server", shown), measured: short(ours.each()),
		against: "bare net/http, same headers: " + short(bare.each()), ratio: ratioOf(ours.each().Seconds(), bare.each().Seconds()),
	})
	return nil
}

var idInPath = regexp.MustCompile(`/[0-9a-f-]{36}`)

// reader sends a server the same request on all connections.
func reader(name string, p *process, path, token string) contender {
	return contender{name, func(d time.Duration) (sample, error) {
		return p.load(d, func(int) request { return get(path, token) })
	}}
}
