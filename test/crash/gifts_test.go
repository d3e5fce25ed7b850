package crash_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// TestKilledServerKeepsGifts has donors give through the donate page and the sandbox's, and kills the server without
// a warning: at random, and at each of the places where money or mail is half done. Whatever a donor was
// told of is there, once; so is its mail.
func TestKilledServerKeepsGifts(t *testing.T) {
	skipShort(t)
	t.Parallel()
	binary := testnode.Build(t, "-tags", "killpoints")
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		killDuringGifts(t, &house{binary: binary, data: t.TempDir()}, rounds(t, 3))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		killDuringGifts(t, &house{binary: binary, data: t.TempDir(), db: testpg.Start(t)}, rounds(t, 2))
	})
}

func killDuringGifts(t *testing.T, h *house, rounds int) {
	t.Helper()
	box := testmail.Start(t, testmail.Options{})
	h.mail = box.URL()
	random := rand.New(rand.NewPCG(seed, uint64(rounds)))
	book := newGiftBook()
	// Nobody here has webhooks; hook_test.go kills there.
	places := slices.DeleteFunc(killpoint.Places(), func(p killpoint.Place) bool { return p == killpoint.WebhookSent || p == killpoint.Restoring })
	for round := range rounds {
		// Each place in turn, and between two turns a kill at whatever place the server is.
		place := append(places, "")[round%(len(places)+1)]
		h.killAt = ""
		enough := int64(20 + random.IntN(100))
		if place != "" {
			h.killAt, enough = fmt.Sprintf("%s:%d", place, 1+random.IntN(40)), farTooMany
		}
		h.start(t)
		h.giveGiftsUntilKilled(t, book, round, enough)
		h.auditTotals(t)
	}
	h.killAt = ""
	h.start(t)
	book.settled(t, h, box)
	h.stop(t)
	h.audit(t)
	t.Logf("%d kills, %d gifts that donors were told of, %d that they were not sure of, %d mails", rounds, len(book.told), len(book.unsure), len(box.Messages()))
}

// giftBook is what donors know: the amounts of donations, by what they wrote.
type giftBook struct {
	mu           sync.Mutex
	told, unsure map[string]int64
}

func newGiftBook() *giftBook { return &giftBook{told: map[string]int64{}, unsure: map[string]int64{}} }

func (b *giftBook) note(in map[string]int64, reference string, cents int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	in[reference] = cents
}

// farTooMany is how many donations nobody gives before a place is reached.
const farTooMany = 3000

// giveGiftsUntilKilled has donors give until the server has gone: on its own, at the place that it was told, or
// because enough donors were told of their donations.
func (h *house) giveGiftsUntilKilled(t *testing.T, book *giftBook, round int, enough int64) {
	t.Helper()
	var told atomic.Int64
	var giving sync.WaitGroup
	for w := range writers {
		giving.Go(func() {
			for n := 0; ; n++ {
				reference, cents := fmt.Sprintf("crash-gift-%d-%d-%d", round, w, n), int64(500+n)
				begun, err := h.giveGift(reference, cents)
				if err == nil {
					book.note(book.told, reference, cents)
					if told.Add(1) == enough {
						_ = h.server.Process.Kill()
					}
					continue
				}
				if begun {
					book.note(book.unsure, reference, cents)
				}
				return
			}
		})
	}
	giving.Wait()
	_ = h.server.Process.Kill()
	_ = h.server.Wait()
	if told.Load() >= farTooMany {
		t.Errorf("round %d: the server lives although it should have ended at %s", round, h.killAt)
	}
}

var formField = regexp.MustCompile(`name="form" value="([^"]+)"`)

// giveGift gives as a browser does: the form, the payment, the way back. It reports whether the form was sent.
func (h *house) giveGift(reference string, cents int64) (begun bool, err error) {
	d, err := h.donor(reference, cents)
	if err != nil {
		return false, err
	}
	next, err := follow(d.send())
	if err != nil {
		return true, err
	}
	_, err = follow(d.pay(next))
	return true, err
}

// donor is a browser that has the donate page open.
type donor struct {
	browser               *http.Client
	page, form, reference string
	cents                 int64
}

func (h *house) donor(reference string, cents int64) (*donor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	d := &donor{
		browser: &http.Client{Transport: h.client.Transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
		page:      h.BaseURL + "/@" + h.Campaign.OwnerSlug + "/" + h.Campaign.Slug + "/donate",
		reference: reference, cents: cents,
	}
	shown, err := answered(d.browser.Get(d.page))
	form := formField.FindStringSubmatch(shown.text)
	if err != nil || form == nil {
		return nil, errors.Join(err, fmt.Errorf("%d: no form: %.300s", shown.status, shown.text))
	}
	d.form = form[1]
	return d, nil
}

// send sends the donate form. The same again is the same donation.
func (d *donor) send() (answer, error) {
	return answered(d.browser.PostForm(d.page, url.Values{
		"form": {d.form}, "preset": {"other"}, "amount": {fmt.Sprintf("%d.%02d", d.cents/100, d.cents%100)}, "currency": {"USD"},
		"name": {d.reference}, "comment": {d.reference}, "email": {d.reference + "@donors.example"},
	}))
}

const goodCard, anyCode = "4242424242424242", "123"

func (d *donor) pay(page string) (answer, error) {
	return answered(d.browser.PostForm(page, url.Values{"card": {goodCard}, "code": {anyCode}}))
}

// answer is what a browser got.
type answer struct {
	status int
	header http.Header
	text   string
}

func answered(got *http.Response, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	text, err := read(got)
	return answer{got.StatusCode, got.Header, text}, err
}

// follow gives where an answer leads to.
func follow(got answer, err error) (string, error) {
	if err == nil && got.status != http.StatusSeeOther {
		err = fmt.Errorf("%d: %.500s", got.status, got.text)
	}
	return got.header.Get("Location"), err
}

func read(answer *http.Response) (string, error) {
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

// settleWithin is how long everything that was begun may take to be done after the last start: a receipt that
// was claimed before a kill is left alone for two minutes.
const settleWithin = 4 * time.Minute

// settled waits until each donation that a donor was told of is in the list, and each donation in the list has its mail
// or one that nobody knows of; and wants nothing twice.
func (b *giftBook) settled(t *testing.T, h *house, box *testmail.Server) {
	t.Helper()
	var found map[string][]receipt
	var missing []string
	for deadline, tick := time.Now().Add(settleWithin), time.NewTicker(250*time.Millisecond); ; <-tick.C {
		found = h.donations(t)
		missing = b.missing(found, mailed(box), h.unknownMails(t))
		if len(missing) == 0 || time.Now().After(deadline) {
			break
		}
	}
	for _, line := range missing[:min(len(missing), 20)] {
		t.Error(line)
	}
	for reference, got := range found {
		cents, known := b.told[reference]
		if !known {
			cents, known = b.unsure[reference]
		}
		if strings.HasPrefix(reference, "crash-gift-") && (!known || len(got) != 1 || got[0].cents != cents) {
			t.Errorf("%s: got %v, want one gift of %d cents", reference, got, cents)
		}
	}
	for to, n := range mailed(box) {
		if n > 1 {
			t.Errorf("%s: got %d mails, want one", to, n)
		}
	}
}

// missing tells what is not there yet.
func (b *giftBook) missing(found map[string][]receipt, mails map[string]int, unknown int) (lines []string) {
	for _, reference := range slices.Sorted(maps.Keys(b.told)) {
		if len(found[reference]) == 0 {
			lines = append(lines, reference+": its donor was told of it, and it is not there")
		}
	}
	var unmailed []string
	for _, reference := range slices.Sorted(maps.Keys(found)) {
		if strings.HasPrefix(reference, "crash-gift-") && mails[reference+"@donors.example"] == 0 {
			unmailed = append(unmailed, reference+": there is no mail of it")
		}
	}
	if len(unmailed) > unknown {
		lines = append(lines, unmailed...)
	}
	return lines
}

// mailed counts the mails to each address.
func mailed(box *testmail.Server) map[string]int {
	counts := map[string]int{}
	for _, m := range box.Messages() {
		counts[m.To]++
	}
	return counts
}

var unknownLine = regexp.MustCompile(`(?m)^[0-9a-f]{8}-[0-9a-f-]+`)

// unknownMails is how many receipts there are of which nobody knows whether they were sent.
func (h *house) unknownMails(t *testing.T) int {
	t.Helper()
	db := h.db
	if db == "" {
		db = "sqlite:" + filepath.Join(h.data, "almoner.db")
	}
	out, err := exec.CommandContext(t.Context(), h.binary, "receipts", "list", "--unknown", "--db", db).CombinedOutput()
	if err != nil {
		t.Fatalf("receipts list: %v\n%s", err, out)
	}
	return len(unknownLine.FindAll(out, -1))
}
