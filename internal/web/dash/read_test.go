package dash_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// TestAVolunteerReadsAloud goes through the page without scripts: reads, takes back, sends and pins, and presses a button that comes too late.
func TestAVolunteerReadsAloud(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := h.base() + "/read"
	reader := h.accepted(h.invited("Vic", "reader"))
	ada, bob := h.give("Ada <i>"), h.give("Bob")
	if page := reader.Get(path).Text; strings.Contains(page, "Ada") || strings.Contains(page, "a comment of") {
		t.Fatalf("got what is held\n%s", page)
	}
	for _, d := range []fund.Donation{ada, bob} {
		must.Get(h.ApproveDonation(t.Context(), h.owner, fund.Key{ID: d.ID}))(t)
	}
	page := reader.Get(path)
	for _, want := range []string{"Ada &lt;i&gt;", "a comment of Ada", "$12.50", "After that", "Bob", "<dd>2</dd>", "about 5 seconds to read", " an hour"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got no %q\n%s", want, page.Text)
		}
	}
	if strings.Contains(page.Text, "hidden@example.org") {
		t.Error("got a mail address")
	}
	press := func(do string, d fund.Donation) string {
		t.Helper()
		answer := reader.Post(path, testbrowser.With(page.Form(t, path), "id", d.ID.String(), "do", do))
		if answer.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: got %d, want the page again", do, answer.StatusCode)
		}
		return reader.Get(answer.Header.Get("Location")).Text
	}
	isNext := func(page, name string) bool {
		_, next, _ := strings.Cut(page, `id="next"`)
		return strings.Contains(strings.SplitN(next, "</h2>", 2)[0], name)
	}
	if got := press("read", ada); !isNext(got, "Bob") || !strings.Contains(got, "Just read") {
		t.Errorf("got another one than Bob next\n%s", got)
	}
	if got := press("read", ada); !isNext(got, "Bob") || !strings.Contains(got, "Somebody else was faster") {
		t.Errorf("got no word that it was read before\n%s", got)
	}
	if got := press("undo", ada); !isNext(got, "Ada") {
		t.Errorf("got another one than Ada next\n%s", got)
	}
	if got := press("send", bob); !isNext(got, "Ada") || !isNext(reader.Get(path+"?now="+bob.ID.String()).Text, "Bob") {
		t.Errorf("got another order than asked for\n%s", got)
	}
	if got := press("pin", bob); !strings.Contains(got, "Pinned") {
		t.Errorf("got nothing pinned\n%s", got)
	}
	if got := press("unpin", bob); strings.Contains(got, "Pinned") {
		t.Errorf("got something pinned\n%s", got)
	}
	must.Get(h.ScreenDonation(t.Context(), h.owner, fund.Key{ID: ada.ID}, fund.ScreeningHidden))(t)
	if got := press("read", ada); !isNext(got, "Bob") || strings.Contains(got, "Ada") {
		t.Errorf("got one that is hidden\n%s", got)
	}
	all := reader.Post(path, testbrowser.With(page.Form(t, path), "do", "all", "until", "9999999999999999"))
	if got := reader.Get(all.Header.Get("Location")).Text; !strings.Contains(got, "Nothing waits") {
		t.Errorf("got something after everything was skipped\n%s", got)
	}
	for what, form := range map[string][]string{"no donation": {"id", "x", "do", "read"}, "nothing to do": {"id", bob.ID.String(), "do", ""}, "no instant": {"do", "all", "until", "x"}} {
		if got := reader.Post(path, testbrowser.With(page.Form(t, path), form...)).StatusCode; got < 400 || got >= 500 {
			t.Errorf("%s: got %d, want it refused", what, got)
		}
	}
	if got := h.accepted(h.invited("Sue", "screener")).Get(path).StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d for a screener, want it refused", got)
	}
	must.Do(t, h.SendToReader(t.Context(), app.System(), fund.Key{ID: bob.ID}))
}
