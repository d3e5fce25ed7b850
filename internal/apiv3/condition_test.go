package apiv3_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TestChangesObeyIfMatch tries every PATCH and DELETE with conditions that are not met and with
// one that is.
func TestChangesObeyIfMatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := w.rows(t)
	for _, method := range []string{"PATCH", "DELETE"} {
		for _, r := range rows {
			if r.Method == method {
				w.tryConditions(t, r)
			}
		}
	}
}

func (w *world) tryConditions(t *testing.T, r row) {
	t.Helper()
	token := w.token(r.by)
	send := func(token, match string) (what string, answered int, detail string) {
		what = fmt.Sprintf("%s with If-Match %s", r, match)
		answer := w.call(r.Method, r.target, token, r.body, "If-Match", match)
		if answer.Code != 200 {
			detail = wantError(t, what, answer, answer.Code)
		}
		return what, answer.Code, detail
	}
	read := w.call("GET", r.target, token, "")
	tag := read.Header().Get("ETag")
	if hasRead := slices.Contains(apiv3.Rows(), apiv3.Row{Method: "GET", Pattern: r.Pattern}); (read.Code == 200 && tag != "") != hasRead {
		t.Fatalf("GET %s: got %d and ETag %q, want both only where the address can be read", r.target, read.Code, tag)
	}
	wrong := []string{`"0123456789abcdef0123456789abcdef"`, `W/"0"`, strings.Trim(tag, `"`), "junk", ""}
	for _, match := range wrong {
		if what, got, detail := send(token, match); got != 412 || !strings.Contains(detail, "If-Match") {
			t.Errorf("%s: got %d %q, want 412 that names If-Match", what, got, detail)
		}
	}
	// Who may not make the change learns that, and not which version it has.
	if r.foreign != "" {
		if what, got, _ := send(w.token(r.foreign), wrong[0]); got != 403 && got != 404 {
			t.Errorf("%s by %s: got %d, want 403 or 404", what, r.foreign, got)
		}
	}
	if again := w.call("GET", r.target, token, "").Header().Get("ETag"); again != tag {
		t.Errorf("%s: got ETag %s after refused changes, want %s", r, again, tag)
	}
	right := `"other", W/` + tag // as a compressed answer has it
	if tag == "" {
		right = "*"
	}
	if what, got, detail := send(token, right); got != 200 {
		t.Errorf("%s: got %d %q, want 200", what, got, detail)
	}
	if r.Method == "PATCH" && tag != "" {
		if what, got, _ := send(token, tag); got != 412 {
			t.Errorf("%s after a change: got %d, want 412", what, got)
		}
		if what, got, _ := send(token, "*"); got != 200 {
			t.Errorf("%s: got %d, want 200", what, got)
		}
	}
}

// TestOfManyWithOneVersionOneWins sends changes of the same version while the lane of their writes
// is busy, so that they are made in one group and none of them sees another's commit: one is made,
// all others are told that they are late.
func TestOfManyWithOneVersionOneWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const writers = 32
	for _, target := range []string{"/campaigns/{draft}", "/polls/1", "/challenges/1"} {
		target = w.path(target)
		tag := w.call("GET", target, w.adaToken, "").Header().Get("ETag")
		codes := make([]int, writers)
		var begun atomic.Int64
		var wait sync.WaitGroup
		busy := make(chan struct{})
		wait.Go(func() {
			err := w.Store.Write(t.Context(), w.Cause.ID, func(context.Context, *store.Tx) error {
				close(busy)
				for waited := 0; begun.Load() < writers || waited < 10_000; waited++ {
					runtime.Gosched()
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-busy
		for i := range writers {
			wait.Go(func() {
				begun.Add(1)
				codes[i] = w.call("PATCH", target, w.adaToken, fmt.Sprintf(`{"name":"Writer %d"}`, i), "If-Match", tag).Code
			})
		}
		wait.Wait()
		slices.Sort(codes)
		if codes[0] != 200 || codes[1] != 412 || codes[writers-1] != 412 {
			t.Errorf("%s: got %v, want one 200 and all others 412", target, codes)
		}
	}
}

func TestADonationChangesTheVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target := w.path("/campaigns/{campaign}")
	tag := w.call("GET", target, w.adaToken, "").Header().Get("ETag")
	w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "1", Reference: "late"}, w.Clock.Now())
	wantError(t, target, w.call("PATCH", target, w.adaToken, `{"name":"X"}`, "If-Match", tag), 412)
	if answer := w.call("PATCH", target, w.adaToken, `{"name":"X"}`, "If-Match", "*"); answer.Code != 200 {
		t.Errorf("got %d %s, want 200", answer.Code, answer.Body)
	}
	// A condition that is met does not make a wrong change right, and a stale one comes first.
	tag = w.call("GET", target, w.adaToken, "").Header().Get("ETag")
	if answer := w.call("PATCH", target, w.adaToken, `{"name":""}`, "If-Match", tag); answer.Code != 422 {
		t.Errorf("got %d %s, want 422", answer.Code, answer.Body)
	}
	wantError(t, target, w.call("PATCH", target, w.adaToken, `{"name":""}`, "If-Match", `"old"`), 412)
}
