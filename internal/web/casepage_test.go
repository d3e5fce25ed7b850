package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestDonorsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	at := g.giftOf(g.give(page, "preset", "25.00"), goodCard)
	g.get(at).wants(t, "the gift", []string{`href="` + at + `/problem"`, "Something wrong with this gift?"})
	shown := g.get(at + "/problem")
	shown.wants(t, "the form", []string{"Tell Water what went wrong", "within 14 days", "Ask for a refund"})
	if got := shown.Header.Get("Cache-Control") + shown.Header.Get("Referrer-Policy"); got != "no-storeno-referrer" {
		t.Errorf("got %q, want a page that is nobody else's business", got)
	}
	send := func(message string, header ...string) answer {
		return g.send(http.MethodPost, at+"/problem", url.Values{"message": {message}}.Encode(), header...)
	}
	for message, want := range map[string]string{
		"": "Write what is wrong", strings.Repeat("a", fund.MaxCaseMessage+1): "Shorten your message to 1,000 characters", "a\x00": "Your message has characters that cannot be shown. Remove them",
	} {
		got := send(message)
		if got.StatusCode != http.StatusUnprocessableEntity || got.problems()["message"] != want || !strings.Contains(got.body, "<title>Error: ") {
			t.Errorf("%.20q: got %d %v, want %q", message, got.StatusCode, got.problems(), want)
		}
	}
	if got := send("Forged.", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another site, want it refused", got.StatusCode)
	}
	if got := send("I gave <twice>."); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != at+"/problem" {
		t.Fatalf("got %d to %q, want the page of the case", got.StatusCode, got.Header.Get("Location"))
	}
	g.get(at+"/problem").wants(t, "an open case", []string{"We passed your message on to Water. They answer by"}, "Ask for a refund")
	if again := send("Again."); again.StatusCode != http.StatusConflict {
		t.Errorf("got %d for a second case, want a conflict", again.StatusCode)
	}
	cases := must.Get(h.ListCases(t.Context(), app.System(), app.CaseQuery{Open: true}, fund.Page{Limit: 5}))(t)
	if len(cases) != 1 || cases[0].Message != "I gave <twice>." {
		t.Fatalf("got %+v, want one case", cases)
	}
	must.Get(h.AnswerCase(t.Context(), app.System(), cases[0].ID, app.CaseReply{Refund: "5"}))(t)
	g.get(at+"/problem").wants(t, "an answered case", []string{"Water refunded $5.00.", "Ask for a refund"})
	for _, path := range []string{"/gifts/nobody/problem", "/gifts/" + strings.Repeat("A", 43) + "/problem"} {
		if got := g.get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want nothing", path, got.StatusCode)
		}
	}
	failed := g.giftOf(g.give(page, "preset", "10.00"), "4000 0000 0000 0101")
	g.get(failed+"/problem").wants(t, "a gift that failed", []string{"This gift cannot be refunded here any more."}, "Ask for a refund")
}

// TestReceiptsLeadToTheFormOfACase wants the link to the form on the receipt and in its mail, and on no receipt that is void.
func TestReceiptsLeadToTheFormOfACase(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	g := h.donor()
	at := g.giftOf(g.give(page, "preset", "25.00", "email", "ada@example.org"), goodCard)
	h.settle()
	h.DoDue(t.Context(), fund.WorkMail)
	link := `<a href="` + at + `/problem">Something wrong with this gift?</a>`
	g.get(at+"/receipt").wants(t, "the receipt", []string{link})
	if !strings.HasSuffix(post.problem, at+"/problem") {
		t.Fatalf("got %q in the mail, want the form of %s", post.problem, at)
	}
	g.get(post.problem).wants(t, "the form", []string{"Ask for a refund"})
	_, err := h.RefundDonation(t.Context(), app.System(), fund.Key{LegacyID: 1}, "10")
	must.Do(t, err)
	h.settle()
	g.get(at+"/receipt").wants(t, "the receipt of what is left", []string{link})
	g.get(at+"/receipt/1").wants(t, "a void receipt", []string{"VOID"}, link)
}

// TestGiftsLeadToWhatCanStillBeSaid wants no link to the form where nothing can be asked, and one to the answers wherever there are some.
func TestGiftsLeadToWhatCanStillBeSaid(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	silent, asked := g.giftOf(g.give(page, "preset", "25.00"), goodCard), g.giftOf(g.give(page, "preset", "10.00"), goodCard)
	g.send(http.MethodPost, asked+"/problem", url.Values{"message": {"Twice."}}.Encode())
	cases := must.Get(h.ListCases(t.Context(), app.System(), app.CaseQuery{Open: true}, fund.Page{Limit: 5}))(t)
	must.Get(h.AnswerCase(t.Context(), app.System(), cases[0].ID, app.CaseReply{}))(t)
	must.Get(h.RefundDonation(t.Context(), app.System(), fund.Key{LegacyID: 1}, ""))(t)
	h.settle()
	for at, has := range map[string]bool{silent: false, asked: true} {
		for _, path := range []string{at, at + "/receipt"} {
			if got := strings.Contains(g.get(path).body, `href="`+at+`/problem"`); got != has {
				t.Errorf("%s of a gift that is refunded: the link to its cases is there: %v, want %v", path, got, has)
			}
		}
	}
	g.get(asked+"/problem").wants(t, "the answer", []string{"Water refunded $10.00."}, "Ask for a refund")
}
