package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// few is the size of the small list, pageSize that of a page.
	few, pageSize = 1000, 100
	// pageReads is how often each page is read.
	pageReads = 200
)

// listing holds the measurements of one list.
type listing struct {
	size             int
	first, deep      time.Duration // through the use cases
	v3First, v3Deep  time.Duration // over HTTP, bypassing the cache
	v5First, v5Deep  time.Duration
	loading, rebuild time.Duration
}

// listed is a world with a list of that size.
type listed struct {
	listing
	world *world
}

// pages compares the newest and the oldest page of a short and of a very long list, bypassing every cache, and their leaderboards, and
// audits the long one.
func pages(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		var measured []listed
		for _, size := range []int{few, b.many} {
			l, err := b.list(ctx, d, size)
			if err != nil {
				return fmt.Errorf("%s with %d donations: %w", d.name, size, err)
			}
			measured = append(measured, l)
		}
		b.addPages(d, measured[0].listing, measured[1].listing)
		if err := b.boards(ctx, d, measured[0], measured[1]); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

func (b *bench) addPages(d database, small, large listing) {
	what := func(how string, l listing) string {
		return fmt.Sprintf("deepest page of %d, %s, %s, %s donations", pageSize, d.name, how, thousands(int64(l.size)))
	}
	pair := func(what string, deep, first time.Duration, aim string) {
		b.table.add(row{what, short(deep), "page 1: " + short(first), ratioOf(deep.Seconds(), first.Seconds()), aim})
	}
	for _, l := range []listing{small, large} {
		pair(what("use case", l), l.deep, l.first, "≤ 1.20")
		pair(what("V3 over HTTP, not cached", l), l.v3Deep, l.v3First, "≤ 1.20")
		pair(what("V5 over HTTP, not cached", l), l.v5Deep, l.v5First, "≤ 1.20")
	}
	b.table.add(row{
		what:     fmt.Sprintf("audit --rebuild: all totals and leaderboards, %s, %s donations", d.name, thousands(int64(large.size))),
		measured: short(large.rebuild), against: fmt.Sprintf("import of them: %s", short(large.loading)),
	})
}

func (b *bench) list(ctx context.Context, d database, size int) (listed, error) {
	l := listed{listing: listing{size: size}}
	var err error
	if l.world, err = b.newWorld(ctx, d, fmt.Sprintf("pages%d", size)); err != nil {
		return l, err
	}
	var ids []int64
	w := l.world
	err = w.open(ctx, func(s *store.Store, a *app.App) error {
		began := time.Now()
		if err := w.load(ctx, s, w.EmptyCampaign, size); err != nil {
			return err
		}
		l.loading = time.Since(began)
		b.progress("%s: loaded %d donations in %s", d.name, size, short(l.loading))
		var err error
		// The leaderboards would otherwise be built while something else is measured.
		began = time.Now()
		if _, err = s.Rebuild(ctx); err != nil {
			return err
		}
		l.rebuild = time.Since(began)
		b.progress("%s: rebuild in %s", d.name, short(l.rebuild))
		if err := b.tidy(ctx, d, w); err != nil {
			return err
		}
		if ids, err = ends(ctx, s, w); err != nil {
			return err
		}
		if err := l.useCase(ctx, a, w, ids); err != nil {
			return err
		}
		report, err := s.Audit(ctx)
		if len(report.Differences) > 0 {
			err = fmt.Errorf("audit: %d differences, such as %s", len(report.Differences), report.Differences[0])
		}
		return err
	})
	if err != nil {
		return l, err
	}
	return l, b.listOverHTTP(ctx, w, ids, &l.listing)
}

// tidy gathers the statistics that PostgreSQL's autovacuum would gather within a minute.
func (b *bench) tidy(ctx context.Context, d database, w *world) error {
	if d.name == "SQLite" {
		return nil
	}
	return execute(ctx, w.url, "VACUUM ANALYZE")
}

// ends are the ids of the donations around both ends of the list: the newest pageReads+pageSize
// and then as many oldest ones, all newest first.
func ends(ctx context.Context, s *store.Store, w *world) ([]int64, error) {
	id, err := fund.ParseID(w.EmptyCampaign.ID)
	if err != nil {
		return nil, err
	}
	const n = pageReads + pageSize
	filter := store.DonationFilter{Fact: id}
	newest, err := s.ListDonations(ctx, filter, fund.Page{Limit: n})
	if err != nil {
		return nil, err
	}
	oldest, err := s.ListDonations(ctx, filter, fund.Page{Limit: n, After: &fund.Cursor{At: time.Unix(0, 0)}})
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, d := range append(newest, oldest...) {
		ids = append(ids, d.LegacyID)
	}
	if len(ids) != 2*n {
		return nil, fmt.Errorf("got %d donations at the ends of the list, want %d", len(ids), 2*n)
	}
	return ids, nil
}

// cursorsOf are distinct cursors near the top and near the bottom of the list, each with a full page behind it.
func cursorsOf(ids []int64, i int) (top, bottom int64) {
	half := len(ids) / 2
	return ids[i], ids[half+i]
}

func (l *listing) useCase(ctx context.Context, a *app.App, w *world, ids []int64) error {
	var err error
	l.first, l.deep, err = inTurns(newest(ctx, a, w), func(i int) (time.Duration, error) {
		_, bottom := cursorsOf(ids, i)
		return readPage(ctx, a, w, app.DonationPage{Limit: pageSize, Before: &bottom})
	})
	return err
}

// readPage reads a page of donations through the use cases.
func readPage(ctx context.Context, a *app.App, w *world, page app.DonationPage) (time.Duration, error) {
	key := app.FactKey{Key: fund.Key{LegacyID: w.EmptyCampaign.LegacyID}}
	began := time.Now()
	seen, err := a.See(ctx, app.System(), key)
	if err != nil {
		return 0, err
	}
	got, err := a.DonationsByNumber(ctx, seen, page)
	took := time.Since(began)
	if err == nil && len(got) != pageSize {
		err = fmt.Errorf("got a page of %d, want %d", len(got), pageSize)
	}
	return took, err
}

// listOverHTTP requests each page once, so that no response comes from the cache. The top pages have a cursor too, near the newest
// donation.
func (b *bench) listOverHTTP(ctx context.Context, w *world, ids []int64, l *listing) error {
	server, _, err := b.serve(ctx, w.url)
	if err != nil {
		return err
	}
	c, err := dial(server.addr)
	if err != nil {
		return errors.Join(err, server.stop())
	}
	defer c.close()
	read := func(path string) (time.Duration, error) {
		began := time.Now()
		err := c.exchange(get(path, w.V3.ApplicationToken).bytes)
		return time.Since(began), err
	}
	old := func(before int64) (time.Duration, error) {
		return read(campaignPath(w.EmptyCampaign, fmt.Sprintf("/donations?count=%d&before=%d", pageSize, before)))
	}
	l.v3First, l.v3Deep, err = inTurns(func(i int) (time.Duration, error) {
		top, _ := cursorsOf(ids, i)
		return old(top)
	}, func(i int) (time.Duration, error) {
		_, bottom := cursorsOf(ids, i)
		return old(bottom)
	})
	if err == nil {
		err = b.listOverV5(ctx, server, w, l, read)
	}
	return errors.Join(err, server.stop())
}

// listOverV5 requests the pages after cursors near both ends, which it gets from the server first.
func (b *bench) listOverV5(ctx context.Context, server *process, w *world, l *listing, read func(string) (time.Duration, error)) error {
	var tops, bottoms []string
	for i := range pageReads {
		// The oldest page has a full page behind it, as for cursorsOf.
		for _, end := range []struct {
			cursors *[]string
			n       int
		}{{&tops, l.size - i}, {&bottoms, pageReads + pageSize + 2 - i}} {
			cursor, err := b.cursorAt(ctx, server, w, loadedAt(end.n))
			if err != nil {
				return err
			}
			*end.cursors = append(*end.cursors, cursor)
		}
	}
	page := func(cursors []string) func(int) (time.Duration, error) {
		return func(i int) (time.Duration, error) {
			return read(publicPath(w.EmptyCampaign, fmt.Sprintf("/donations?limit=%d&after=%s", pageSize, url.QueryEscape(cursors[i]))))
		}
	}
	var err error
	l.v5First, l.v5Deep, err = inTurns(page(tops), page(bottoms))
	return err
}

// cursorAt is the cursor of V5 of the last donation before an instant.
func (b *bench) cursorAt(ctx context.Context, server *process, w *world, at time.Time) (string, error) {
	path := publicPath(w.EmptyCampaign, "/donations?limit=1&completed_before="+url.QueryEscape(at.Format(time.RFC3339)))
	answer, err := b.ask(ctx, "http://"+server.addr+path, w.V3.ApplicationToken, "identity")
	if err != nil {
		return "", err
	}
	var list struct {
		Metadata struct{ After string }
	}
	if err := json.Unmarshal(answer.Body, &list); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if list.Metadata.After == "" {
		return "", fmt.Errorf("%s: there is no cursor in %.300s", path, answer.Body)
	}
	return list.Metadata.After, nil
}

// inTurns measures both in turns and returns the median of each; the first tenth is a warm-up.
func inTurns(one, other func(i int) (time.Duration, error)) (a, b time.Duration, err error) {
	var as, bs []time.Duration
	for i := range pageReads {
		a, err := one(i)
		if err != nil {
			return 0, 0, err
		}
		b, err := other(i)
		if err != nil {
			return 0, 0, err
		}
		if i >= pageReads/10 {
			as, bs = append(as, a), append(bs, b)
		}
	}
	return median(as), median(bs), nil
}
