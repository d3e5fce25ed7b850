//go:build linux

package crash_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testnode"
)

// TestFullDisk lets the disk of a running server become full while donors give, and frees it again.
func TestFullDisk(t *testing.T) {
	skipShort(t)
	t.Parallel()
	if !withOwnMounts(t) {
		return
	}
	folder := smallDisk(t)
	filler := filepath.Join(folder, "filler")
	writesFailAndComeBack(t, &trial{
		house: &house{binary: testnode.Build(t), data: folder},
		fail:  func() { fill(t, filler) },
		mend: func() {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
		},
	})
}

// TestReadOnlyDatabase makes the files of a running server's database read-only while donors give, and writable again.
func TestReadOnlyDatabase(t *testing.T) {
	skipShort(t)
	t.Parallel()
	needRoot(t, "only root may make files immutable")
	if !withOwnMounts(t) {
		return
	}
	folder := strictDisk(t)
	files := []string{filepath.Join(folder, "almoner.db"), filepath.Join(folder, "almoner.db-wal")}
	writesFailAndComeBack(t, &trial{
		house: &house{binary: testnode.Build(t), data: folder},
		fail:  func() { program(t, "chattr", append([]string{"+i"}, files...)...) },
		mend:  func() { program(t, "chattr", append([]string{"-i"}, files...)...) },
	})
}

// fill writes a file until nothing more fits.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = file.Write(block)
	}
	if closed := file.Close(); !errors.Is(err, syscall.ENOSPC) || closed != nil {
		t.Fatalf("filling the disk: got %v, want that no space is left", errors.Join(err, closed))
	}
}

const (
	// giftsBetween are given before writes fail, and after they work again.
	giftsBetween = 40
	// failingGifts are tried while writes fail.
	failingGifts = 60
	// within is how long anything here may take to be seen on a busy machine.
	within = time.Minute
	// mostLines is how many lines the log may have besides one for each donor who was refused.
	mostLines = 40
)

// trial is a house whose database can be made to refuse writes.
type trial struct {
	*house
	fail, mend func()
	book       *giftBook
	// refused counts the answers that said that it cannot be done now.
	refused int
}

func writesFailAndComeBack(t *testing.T, r *trial) {
	t.Helper()
	box := testmail.Start(t, testmail.Options{})
	r.mail, r.book = box.URL(), newGiftBook()
	r.start(t)
	r.giveMany(t, "before", giftsBetween)
	r.book.settled(t, r.house, box)
	settled := maps.Clone(r.book.told)
	early, paying := r.openDonor(t, "early"), r.openDonor(t, "paying")
	payment := must.Get(follow(paying.send()))(t)

	r.fail()
	r.giveUntilRefused(t)
	r.refusesHonestly(t, early, paying, payment)
	r.stillReads(t, settled)

	r.mend()
	began := time.Now()
	r.comesThrough(t, early, must.Get(r.untilFollowed(t, early.send))(t))
	r.comesThrough(t, paying, payment)
	t.Logf("donors can give again after %v", time.Since(began).Round(time.Millisecond))
	r.isReady(t, http.StatusOK, "ready")
	r.giveMany(t, "after", giftsBetween)
	r.book.settled(t, r.house, box)
	r.stop(t)
	r.audit(t)
	r.readLog(t)
}

func (r *trial) openDonor(t *testing.T, name string) *donor {
	t.Helper()
	d, err := r.donor("crash-gift-"+name, 1234)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (r *trial) giveMany(t *testing.T, name string, many int) {
	t.Helper()
	for n := range many {
		reference, cents := fmt.Sprintf("crash-gift-%s-%d", name, n), int64(500+n)
		if _, err := r.giveGift(reference, cents); err != nil {
			t.Fatalf("%s: got %v, want a gift", reference, err)
		}
		r.book.note(r.book.told, reference, cents)
	}
}

// giveUntilRefused has donors give until one cannot: what fits into a file of the database that has room of its own is taken.
func (r *trial) giveUntilRefused(t *testing.T) {
	t.Helper()
	for n := range farTooMany {
		d := r.openDonor(t, fmt.Sprintf("last-%d", n))
		sent, err := d.send()
		if err == nil && sent.status == http.StatusServiceUnavailable {
			r.honest(t, sent, nil, d.reference)
			return
		}
		next := must.Get(follow(sent, err))(t)
		paid, err := d.pay(next)
		if err == nil && paid.status == http.StatusServiceUnavailable {
			r.honest(t, paid, nil, goodCard)
			return
		}
		_ = must.Get(follow(paid, err))(t)
		r.book.note(r.book.told, d.reference, d.cents)
	}
	t.Fatalf("got %d gifts, want writes to fail", farTooMany)
}

// refusesHonestly has donors try in all ways, and wants each to be told that it cannot be done, and that nothing was charged.
func (r *trial) refusesHonestly(t *testing.T, early, paying *donor, payment string) {
	t.Helper()
	r.isReady(t, http.StatusServiceUnavailable, "writes fail")
	for n := range failingGifts {
		sent, err := early.send()
		r.honest(t, sent, err, early.reference, early.reference+"@donors.example", `value="12.34"`)
		paid, err := paying.pay(payment)
		r.honest(t, paid, err, `value="`+goodCard+`"`, `value="`+anyCode+`"`)
		reference := fmt.Sprintf("crash-refused-%d", n)
		if _, err := r.give(reference, 700); err == nil || !strings.Contains(err.Error(), "503") {
			t.Errorf("%s by a program: got %v, want 503", reference, err)
		}
		r.refused++
	}
	r.isReady(t, http.StatusServiceUnavailable, "writes fail")
}

// honest wants a page that says that nothing was charged, keeps what was typed, and leads nowhere.
func (r *trial) honest(t *testing.T, got answer, err error, typed ...string) {
	t.Helper()
	r.refused++
	if err != nil {
		t.Fatal(err)
	}
	if got.status != http.StatusServiceUnavailable || got.header.Get("Location") != "" {
		t.Fatalf("got %d to %q, want 503 to nowhere\n%.600s", got.status, got.header.Get("Location"), got.text)
	}
	if kind := got.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") || got.header.Get("Retry-After") == "" {
		t.Errorf("got %q with Retry-After %q, want a page and how long to wait", kind, got.header.Get("Retry-After"))
	}
	for _, text := range append(typed, "Nothing was charged") {
		if !strings.Contains(got.text, text) {
			t.Fatalf("got a page without %q:\n%s", text, got.text)
		}
	}
}

// stillReads wants pages and lists while writes fail: of everything that was settled before, and of nothing that was not acknowledged. A gift that was
// paid while the disk filled may have had no room left to be settled: it is once writes work again.
func (r *trial) stillReads(t *testing.T, settled map[string]int64) {
	t.Helper()
	r.openDonor(t, "reader")
	found := r.donations(t)
	for reference := range settled {
		if len(found[reference]) != 1 {
			t.Errorf("%s while writes fail: got %v, want the one that is settled", reference, found[reference])
		}
	}
	for reference, got := range found {
		if _, told := r.book.told[reference]; !told || len(got) != 1 {
			t.Errorf("%s while writes fail: got %v, want only what a donor was told of, once", reference, got)
		}
	}
}

// comesThrough pays as soon as that can be done.
func (r *trial) comesThrough(t *testing.T, d *donor, payment string) {
	t.Helper()
	_ = must.Get(r.untilFollowed(t, func() (answer, error) { return d.pay(payment) }))(t)
	r.book.note(r.book.told, d.reference, d.cents)
}

// untilFollowed does it again and again until it is no longer refused for now.
func (r *trial) untilFollowed(t *testing.T, do func() (answer, error)) (string, error) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); ; <-tick.C {
		got, err := do()
		if err != nil || got.status != http.StatusServiceUnavailable || time.Now().After(deadline) {
			return follow(got, err)
		}
		r.honest(t, got, nil)
	}
}

// isReady waits until /readyz says that.
func (r *trial) isReady(t *testing.T, status int, text string) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); ; <-tick.C {
		got, err := answered(r.client.Get(r.BaseURL + "/readyz"))
		if err == nil && got.status == status && strings.TrimSpace(got.text) == text {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("/readyz: got %d %q, %v, want %d %q", got.status, got.text, err, status, text)
		}
	}
}

// readLog wants the log to say what happened, and not to be flooded with it.
func (r *trial) readLog(t *testing.T) {
	t.Helper()
	lines := bytes.Count(r.log.Bytes(), []byte("\n"))
	t.Logf("%d lines of log for %d refusals", lines, r.refused)
	if got, most := lines, r.refused+mostLines; got > most || !bytes.Contains(r.log.Bytes(), []byte("writes fail")) {
		t.Errorf("got %d lines of log, want that writes fail in at most %d:\n%.5000s", got, most, r.log)
	}
}
