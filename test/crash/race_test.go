package crash_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

const (
	// raceWriters give at the same time, raceGifts times each.
	raceWriters, raceGifts = 64, 8
	// raceReaders do nothing but read.
	raceReaders = 8
)

// TestNobodySeesAnOlderTotal runs the whole server in this process, so that the race detector
// sees it, with all writers on one campaign.
func TestNobodySeesAnOlderTotal(t *testing.T) {
	skipShort(t)
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		raceOn(t, "")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		raceOn(t, config.Database(testpg.Start(t)))
	})
}

func raceOn(t *testing.T, db config.Database) {
	t.Helper()
	settings := command.Demo{
		Addr: "127.0.0.1:0", Data: t.TempDir(), DB: db, Seed: 1, ShutdownTimeout: time.Minute,
		Log: config.Log{Level: "error", Format: "text"},
	}
	r := &race{door: open(t, testnode.StartDemo(t, settings).Credentials)}
	r.places = [2]demo.Address{r.Campaign, r.TeamCampaign}
	for i, place := range r.places {
		r.base[i] = r.total(t, place)
	}
	r.run(t)
	for i, place := range r.places {
		if got, want := r.total(t, place), r.base[i]+r.told.Load(); got != want {
			t.Errorf("campaign %d: got a total of %d, want %d", place.LegacyID, got, want)
		}
	}
	if err := (command.Audit{DB: settings.Database()}).Run(t.Context(), command.Terminal{Out: t.Output()}); err != nil {
		t.Errorf("audit: got %v, want totals that equal the ledger", err)
	}
}

// race is what the callers of one server know together.
type race struct {
	door
	// told is the sum of what donors were told of, in cents.
	told atomic.Int64
	// newest is the highest id that anybody was told of: one node numbers the donations of a
	// cause in the order of their completion.
	newest atomic.Int64
	// places are facts whose totals count the donations, base their totals before the race.
	places [2]demo.Address
	base   [2]int64
}

func (r *race) run(t *testing.T) {
	t.Helper()
	var writing, reading sync.WaitGroup
	over := make(chan struct{})
	for w := range raceWriters {
		writing.Go(func() {
			for n := range raceGifts {
				if !r.giveAndLook(t, w, n) {
					return
				}
			}
		})
	}
	for i := range raceReaders {
		reading.Go(func() {
			for look := i; ; look++ {
				select {
				case <-over:
					return
				default:
				}
				if !r.look(t, look) {
					return
				}
			}
		})
	}
	writing.Wait()
	close(over)
	reading.Wait()
}

func (r *race) giveAndLook(t *testing.T, w, n int) bool {
	t.Helper()
	got, err := r.give(fmt.Sprintf("race-%d-%d", w, n), int64(100*(1+n)+w))
	if err != nil {
		t.Errorf("donation: %v", err)
		return false
	}
	r.told.Add(got.cents)
	for old := r.newest.Load(); old < got.id && !r.newest.CompareAndSwap(old, got.id); old = r.newest.Load() {
	}
	return r.look(t, w+n)
}

// look reads one of the answers that show the donations, and wants it to know of everything
// that somebody was told of before.
func (r *race) look(t *testing.T, which int) bool {
	t.Helper()
	if which %= len(r.places) + 1; which == len(r.places) {
		return r.lookAtList(t)
	}
	want := r.base[which] + r.told.Load()
	if got := r.total(t, r.places[which]); got < want {
		t.Errorf("campaign %d: got a total of %d, want %d, which others were told of, or more", r.places[which].LegacyID, got, want)
		return false
	}
	return true
}

func (r *race) lookAtList(t *testing.T) bool {
	t.Helper()
	want := r.newest.Load()
	var page struct {
		Data []listed `json:"data"`
	}
	path := fmt.Sprintf("/api/v3/campaigns/%d/donations", r.Campaign.LegacyID)
	if err := r.ask(http.MethodGet, path, r.V3.ApplicationToken, "", &page); err != nil {
		t.Errorf("%s: %v", path, err)
		return false
	}
	if len(page.Data) == 0 || page.Data[0].ID < want {
		t.Errorf("%s: got a list without donation %d, which others were told of, or a later one: %v", path, want, page.Data)
		return false
	}
	return true
}

// total is what the API says that a campaign raised in all, in cents; -1 after an error.
func (r *race) total(t *testing.T, place demo.Address) int64 {
	t.Helper()
	var answer struct {
		Data struct {
			Total amount `json:"totalAmountRaised"`
		} `json:"data"`
	}
	path := fmt.Sprintf("/api/v3/campaigns/%d", place.LegacyID)
	if err := r.ask(http.MethodGet, path, r.V3.ApplicationToken, "", &answer); err != nil {
		t.Errorf("%s: %v", path, err)
		return -1
	}
	return int64(answer.Data.Total)
}
