package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// compression compares compressed with uncompressed responses: a list that the server has in its cache, and one that it reads again for
// each request.
func compression(ctx context.Context, b *bench) error {
	w, err := b.newWorld(ctx, b.databases()[0], "compression")
	if err != nil {
		return err
	}
	server, _, err := b.serve(ctx, w.url)
	if err != nil {
		return err
	}
	cached := publicPath(w.Campaign, "/donations?limit=100")
	for _, path := range []string{cached, cached + "&completed_after=" + earliest} {
		for _, coding := range []string{"gzip", "zstd"} {
			if err := b.compress(ctx, server, path, w.V3.ApplicationToken, coding); err != nil {
				return errors.Join(err, server.stop())
			}
		}
	}
	return server.stop()
}

// earliest is an instant before all donations whose fraction counts requests, so that no response is in the cache.
const earliest = "2000-01-01T00:00:00.000000000Z"

func (b *bench) compress(ctx context.Context, server *process, path, token, coding string) error {
	plain, err := b.ask(ctx, "http://"+server.addr+path, token, "identity")
	if err != nil {
		return err
	}
	small, err := b.ask(ctx, "http://"+server.addr+path, token, coding)
	if err != nil {
		return err
	}
	found, err := b.compete(
		lister(coding, server, path, token, coding), lister("not compressed", server, path, token, "identity"))
	if err != nil {
		return err
	}
	ours, whole := found.medians[0], found.medians[1]
	kind := "from the cache"
	if bytes.Contains([]byte(path), []byte(earliest)) {
		kind = "not cached"
	}
	b.table.add(row{
		what:     fmt.Sprintf("100 donations of /api/public, %s, %s, %s bytes, %d connections", kind, coding, thousands(int64(len(small.Body))), connections),
		measured: ours.String(), against: fmt.Sprintf("not compressed, %s bytes: %s", thousands(int64(len(plain.Body))), whole),
		ratio: twoDigits(found.ratios[1]),
	})
	return nil
}

// lister requests a list in a content coding on all connections.
func lister(name string, p *process, path, token, coding string) contender {
	return contender{name, func(d time.Duration) (sample, error) {
		return p.load(d, func(connection int) request {
			send := []byte("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token + "\r\nAccept-Encoding: " + coding + "\r\n\r\n")
			at := bytes.Index(send, []byte(earliest))
			if at < 0 {
				return request{bytes: send}
			}
			fraction := send[at+len(earliest)-len("000000000Z"):][:9]
			// Each turn begins at another instant.
			n := (int64(connection)*1_000_003 + time.Now().UnixNano()) % 1_000_000_000
			return request{bytes: send, next: func([]byte) {
				n = (n + 1) % 1_000_000_000
				copy(fraction, fmt.Sprintf("%09s", strconv.FormatInt(n, 10)))
			}}
		})
	}}
}
