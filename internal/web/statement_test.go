package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

var statementLink = regexp.MustCompile(`href="(/gifts/statements/[^"]+)"`)

// TestYearlyStatements reads the statement of a donor as page and as PDF, and wants none of what is void, of others, and of other years.
func TestYearlyStatements(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	g, other := h.donor(), h.donor()
	g.giftOf(g.give(page, "preset", "10.00", "email", "zed@example.org", "name", "Zed Quux"), goodCard)
	g.giftOf(g.give(page, "preset", "25.00", "email", "Zed@example.org", "name", "Zed Quux"), goodCard)
	g.giftOf(g.give(page, "preset", "50.00", "email", "zed@example.org", "name", "Zed Quux"), goodCard)
	other.giftOf(other.give(page, "preset", "10.00", "email", "ada@example.org", "name", "Ada"), goodCard)
	h.settle()
	must.Get(h.RefundDonation(t.Context(), app.System(), fund.Key{LegacyID: 3}, ""))(t)
	must.Get(h.RefundDonation(t.Context(), app.System(), fund.Key{LegacyID: 2}, "5"))(t)
	h.settle()
	_, link := g.find(post, "zed@example.org")
	g.send(http.MethodPost, link, "")
	links := statementLink.FindAllStringSubmatch(g.get("/gifts/mine").body, -1)
	if len(links) != 1 {
		t.Fatalf("got the statements %v, want that of one year", links)
	}
	at := links[0][1]
	shown := g.get(at)
	wantPrivate(t, "the statement", shown)
	shown.wants(t, "the statement", []string{"Payments in ", "No. 1 ", "$10.00", "$20.00", "Total USD", "$30.00", "Zed Quux", `href="` + at + `.pdf"`, `href="/gifts/mine"`},
		"$50.00", "$25.00", "Ada", "deduct")
	file := g.get(at + ".pdf")
	wantPrivate(t, "the file", file)
	if file.StatusCode != http.StatusOK || file.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(file.body, "%PDF-") {
		t.Errorf("got %d %q, want a PDF", file.StatusCode, file.Header.Get("Content-Type"))
	}
	year := at[len(at)-4:]
	before := strings.TrimSuffix(at, year) + strconv.Itoa(must.Get(strconv.Atoi(year))(t)-1)
	for _, path := range []string{before, before + ".pdf", at + "0", strings.TrimSuffix(at, year) + "0" + year, strings.TrimSuffix(at, year) + "x", "/gifts/statements/x/" + year} {
		if got := g.get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want nothing", path, got.StatusCode)
		}
	}
	for _, path := range []string{at, at + ".pdf"} {
		if got := h.donor().get(path); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/gifts" {
			t.Errorf("%s: got %d in another browser, want to be led to the form", path, got.StatusCode)
		}
	}
	for range shield.StatementsAnHour {
		g.get(at)
	}
	if got := g.get(at); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" {
		t.Errorf("got %d after %d statements, want to wait", got.StatusCode, shield.StatementsAnHour)
	}
}
