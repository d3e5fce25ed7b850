package apiv3

import (
	"net/url"
	"strconv"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	donationCount = 10
	indexCount    = 100
	maxCount      = 100
	// everything is the most that a list without pages shows.
	everything = 10_000
)

// paging are the parameters of a paged list as the caller gave them, count within its bounds.
type paging struct {
	path          string
	count         int
	before, after *int64
	counted       bool
}

// parsePaging reads count, before and after. The path is written anew, because callers who
// escape it differently may get the same kept answer.
func parsePaging(c *call, usual int) (paging, error) {
	q := c.Query()
	p := paging{path: (&url.URL{Path: c.Request.URL.Path}).EscapedPath(), counted: q.Has("count")}
	count, err := api.QueryInt(q, "count", int64(usual))
	if err != nil {
		return p, err
	}
	if count < 1 {
		return p, fault.New(fault.Malformed, "The parameter count must be 1 or more.")
	}
	p.count = int(min(count, maxCount))
	if p.before, err = parseCursor(q, "before", 1); err != nil {
		return p, err
	}
	p.after, err = parseCursor(q, "after", 0)
	return p, err
}

// parseCursor reads the id of an item, at least lowest: after=0 is the beginning of a list.
func parseCursor(q url.Values, name string, lowest int64) (*int64, error) {
	if !q.Has(name) {
		return nil, nil
	}
	id, err := api.QueryInt(q, name, 0)
	if err == nil && id < lowest {
		err = noItem(id)
	}
	return &id, err
}

func noItem(id int64) error {
	return fault.New(fault.NotFound, "There is no item %d in this list to page from.", id)
}

// asked reports whether the caller named any of the parameters.
func (p paging) asked() bool { return p.counted || p.before != nil || p.after != nil }

// index is the page of a list in the order of ids.
func (p paging) index() fund.Page {
	made := fund.Page{Limit: p.count}
	if p.before != nil {
		made.Before = &fund.Cursor{Number: *p.before}
	}
	if p.after != nil {
		made.After = &fund.Cursor{Number: *p.after}
	}
	return made
}

// donations is the page of a list of donations.
func (p paging) donations() app.DonationPage {
	return app.DonationPage{Limit: p.count, Before: p.before, After: p.after}
}

// links point to the pages around one. prev is the older page and next the newer one, the
// reverse of what most people expect.
type links struct {
	Prev string `json:"prev"`
	Next string `json:"next"`
	Self string `json:"self"`
}

// indexLinks are the links of lists that the documents show with five. The last page has the
// oldest items: those that follow the beginning of the list.
type indexLinks struct {
	links
	First string `json:"first"`
	Last  string `json:"last"`
}

// links of a page from the newest id to the oldest one; both are 0 on an empty page.
//
// The rules that published clients need: prev is there on every page that has items, also on
// the last one, and leads to an empty page at the end; on an empty page it is "". next is there
// on every page, so that a caller who polls it goes on: on an empty page it is that page again.
func (p paging) links(newest, oldest int64) links {
	made := links{Self: p.self()}
	if newest == 0 {
		made.Next = made.Self
		return made
	}
	made.Prev = p.at("before", oldest)
	made.Next = p.at("after", newest)
	if p.before != nil && p.after != nil { // a window between two items, which the walk does not leave
		made.Prev += and("after", *p.after)
		made.Next += and("before", *p.before)
	}
	return made
}

func (p paging) indexLinks(newest, oldest int64) indexLinks {
	return indexLinks{links: p.links(newest, oldest), First: p.path + "?count=" + strconv.Itoa(p.count), Last: p.at("after", 0)}
}

// at is the page before or after an item. count comes first, as in the real links.
func (p paging) at(name string, id int64) string {
	return p.path + "?count=" + strconv.Itoa(p.count) + and(name, id)
}

// and is one more parameter of a query.
func and(name string, id int64) string { return "&" + name + "=" + strconv.FormatInt(id, 10) }

// self repeats what was asked.
func (p paging) self() string {
	self, sep := p.path, "?"
	add := func(name string, n int64) {
		self += sep + name + "=" + strconv.FormatInt(n, 10)
		sep = "&"
	}
	if p.counted {
		add("count", int64(p.count))
	}
	if p.before != nil {
		add("before", *p.before)
	}
	if p.after != nil {
		add("after", *p.after)
	}
	return self
}

// ends are the numbers of the first and the last item, the newest and the oldest.
func ends[T any](items []T, number func(T) int64) (newest, oldest int64) {
	if len(items) == 0 {
		return 0, 0
	}
	return number(items[0]), number(items[len(items)-1])
}
