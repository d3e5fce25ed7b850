package dash_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// noSample is the object of a test event that says nothing.
func noSample(context.Context, app.Rehearsal) ([]byte, error) { return []byte(`{}`), nil }

// do presses a button of the way on air, and returns the overview that follows.
func (h *house) do(b testbrowser.Browser, what string) string {
	h.t.Helper()
	path := h.base() + "/on-air"
	answer := b.Post(path, testbrowser.With(b.Get(h.base()).Form(h.t, path), "do", what))
	if answer.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("%s: got %d, want the overview\n%s", what, answer.StatusCode, answer.Text)
	}
	return b.Get(answer.Header.Get("Location")).Text
}

// TestAllIsReady makes everything on the list before a show, one by one.
func TestAllIsReady(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	if page := b.Get(h.base()).Text; !strings.Contains(page, "1 of 8 done") || !strings.Contains(page, h.url+"/text/@owner/") {
		t.Errorf("got no list of what is to do\n%s", page)
	}
	must.Get(h.SetFactPicture(t.Context(), h.owner, app.FactKey{Key: fund.Key{ID: h.campaign.ID}}, fund.SlotCover, cover(t)))(t)
	safety := h.base() + "/safety"
	b.Post(safety, testbrowser.With(b.Get(safety).Form(t, safety), "safety", "normal"))
	h.invited("Vic", "screener")
	if page := h.do(b, "send"); !strings.Contains(page, "on its way to your overlay") || !strings.Contains(page, "4 of 8 done") {
		t.Errorf("got no test gift\n%s", page)
	}
	for i, item := range fund.Preflights() {
		for range 2 {
			page := h.do(b, string(item))
			if ready := strings.Contains(page, "Everything is ready"); ready != (i == len(fund.Preflights())-1) {
				t.Errorf("after %s: got ready %v\n%s", item, ready, page)
			}
		}
	}
	path := h.base() + "/on-air"
	form := b.Get(h.base()).Form(t, path)
	if got := b.Post(path, testbrowser.With(form, "do", "none")).StatusCode; got != http.StatusBadRequest {
		t.Errorf("got %d for what is not on the list, want 400", got)
	}
	volunteer := h.accepted(h.invited("Val", "head_screener"))
	page := volunteer.Get(h.base())
	if strings.Contains(page.Text, "I am live") {
		t.Errorf("got the way on air for a volunteer\n%s", page.Text)
	}
	screening := volunteer.Get(h.base()+"/safety").Form(t, h.base()+"/safety")
	if got := volunteer.Post(path, url.Values{"form": screening["form"], "do": {"live"}}).StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d for a volunteer who goes live, want 403", got)
	}
}

// TestTonightsCounter counts what comes while the streamer is live, and nothing that came before.
func TestTonightsCounter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	h.give("Ada")
	if page := h.do(b, "live"); !strings.Contains(page, "You are live") || !strings.Contains(page, "<dt>This stream</dt><dd>$0.00</dd>") {
		t.Errorf("got no counter\n%s", page)
	}
	h.give("Bo")
	if page := b.Get(h.base()).Text; !strings.Contains(page, "<dt>This stream</dt><dd>$12.50</dd>") {
		t.Errorf("got another counter\n%s", page)
	}
	must.Get(h.StartLive(t.Context(), h.owner, app.FactKey{Key: fund.Key{ID: h.campaign.ID}}))(t) // says it again
	if page := b.Get(h.base()).Text; !strings.Contains(page, "<dt>This stream</dt><dd>$12.50</dd>") {
		t.Errorf("got another counter after it was said again\n%s", page)
	}
	if page := h.do(b, "end"); !strings.Contains(page, "The stream has ended") || strings.Contains(page, "This stream</dt>") {
		t.Errorf("got a counter after the end\n%s", page)
	}
	if page := h.do(b, "live"); !strings.Contains(page, "<dt>This stream</dt><dd>$0.00</dd>") {
		t.Errorf("got no new counter\n%s", page)
	}
}
