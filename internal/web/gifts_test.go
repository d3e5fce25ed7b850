package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/web"
)

// linkPost keeps the link of the last mail that was sent, the one that withdraws the consent to contact, and the one to say what is wrong with a gift.
type linkPost struct{ link, withdraw, problem string }

func (p *linkPost) Send(ctx context.Context, l app.Letter, hand func(context.Context) error) app.Delivery {
	if said, is := l.Content.(app.DonorLinkMail); is {
		p.link = said.URL
	}
	if said, is := l.Content.(app.ReceiptMail); is {
		p.withdraw, p.problem = said.Withdraw, said.Problem
	}
	if hand(ctx) != nil {
		return app.Delivery{Result: app.MailHeld}
	}
	return app.Delivery{Result: app.MailTaken}
}

// find asks for a link with an address, and returns where it leads.
func (g *donor) find(post *linkPost, email string) (asked answer, link string) {
	g.h.t.Helper()
	post.link = ""
	asked = g.send(http.MethodPost, "/gifts", url.Values{"email": {email}}.Encode())
	g.h.DoDue(g.h.t.Context(), fund.WorkMail)
	return asked, post.link
}

// wantPrivate wants an answer that nobody keeps, and whose address nobody is told.
func wantPrivate(t *testing.T, what string, got answer) {
	t.Helper()
	if got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(got.Header.Get("X-Robots-Tag"), "noindex") {
		t.Errorf("%s: got the headers %v, want no-store, no-referrer and noindex", what, got.Header)
	}
}

// TestFindMyGifts goes the whole way: from the address to the page with all gifts, and to their erasure.
func TestFindMyGifts(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	zed := h.donor()
	zed.giftOf(zed.give(page, "preset", "10.00", "email", "zed@example.org", "name", "Zed Quux"), goodCard)
	h.settle()
	g := h.donor()

	first := g.get("/gifts")
	wantPrivate(t, "the form", first)
	unknown, none := g.find(post, "nobody@example.org")
	known, link := g.find(post, "Zed@example.org")
	if none != "" || link == "" {
		t.Fatalf("got the links %q for an address without gifts, and %q for one with some", none, link)
	}
	if same := strings.ReplaceAll(known.body, "Zed@", "nobody@"); known.StatusCode != unknown.StatusCode || same != unknown.body {
		t.Errorf("got\n%s\nand\n%s\nwant the same answer", unknown.body, known.body)
	}
	if empty := g.send(http.MethodPost, "/gifts", ""); empty.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(empty.body, "<title>Error: ") ||
		!strings.Contains(empty.body, `id="email-problem"`) {
		t.Errorf("got %d\n%s\nwant the form with what is wrong", empty.StatusCode, empty.body)
	}

	// Programs that look at mails open links, and send HEAD; that changes nothing, and sets nothing.
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
		if opened := g.send(method, link, ""); opened.StatusCode != http.StatusOK || len(opened.Cookies()) > 0 {
			t.Errorf("%s: got %d with the cookies %v, want the page with its button", method, opened.StatusCode, opened.Cookies())
		}
	}
	wantPrivate(t, "the link", g.get(link))
	if foreign := g.send(http.MethodPost, link, "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); foreign.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another site, want 403", foreign.StatusCode)
	}
	if mine := g.get("/gifts/mine"); mine.StatusCode != http.StatusSeeOther || mine.Header.Get("Location") != "/gifts" {
		t.Errorf("got %d without a session, want to be led to the form", mine.StatusCode)
	}
	used := g.send(http.MethodPost, link, "")
	if used.StatusCode != http.StatusSeeOther || used.Header.Get("Location") != "/gifts/mine" || len(used.Cookies()) != 1 {
		t.Fatalf("got %d to %q with %v, want the gifts with a cookie", used.StatusCode, used.Header.Get("Location"), used.Cookies())
	}
	if c := used.Cookies()[0]; c.Name != "almoner_donor" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.MaxAge != int(fund.DonorSessionLife.Seconds()) {
		t.Errorf("got the cookie %v, want one for this session alone", c)
	}
	for _, again := range []answer{h.donor().send(http.MethodPost, link, ""), h.donor().get(link)} {
		if again.StatusCode != http.StatusGone || !strings.Contains(again.body, "does not work any more") || len(again.Cookies()) > 0 {
			t.Errorf("got %d for a link that was used, want 410", again.StatusCode)
		}
	}

	mine := g.get("/gifts/mine")
	wantPrivate(t, "the gifts", mine)
	for _, want := range []string{"Run &lt;1&gt;", "$10.00", "Received", "Receipt 1", "zed@example.org"} {
		if !strings.Contains(mine.body, want) {
			t.Errorf("got no %q in\n%s", want, mine.body)
		}
	}
	if strings.Contains(h.donor().get("/gifts/mine").body, "zed@example.org") {
		t.Error("got the gifts in another browser")
	}
	asks := g.get("/gifts/mine/erase")
	if wantPrivate(t, "the question", asks); !strings.Contains(asks.body, "cannot be undone") || !strings.Contains(asks.body, "keep accounts") {
		t.Errorf("got\n%s\nwant what is erased, what stays, and why", asks.body)
	}
	if foreign := g.send(http.MethodPost, "/gifts/mine/erase", "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); foreign.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for an erasure by another site, want 403", foreign.StatusCode)
	}
	if done := g.send(http.MethodPost, "/gifts/mine/erase", ""); done.StatusCode != http.StatusOK || !strings.Contains(done.body, "is being erased") {
		t.Errorf("got %d\n%s\nwant it done", done.StatusCode, done.body)
	}
	h.DoDue(t.Context(), fund.WorkErasure)
	if after := g.get("/gifts/mine"); after.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d after the erasure, want the session to be over", after.StatusCode)
	}
	if shown := g.get("/@ana/run"); strings.Contains(shown.body, "Zed Quux") || !strings.Contains(shown.body, "Anonymous") {
		t.Error("got the name on the page of the campaign, want Anonymous")
	}
	if _, link := g.find(post, "zed@example.org"); link != "" {
		t.Errorf("got the link %q for an address that was erased", link)
	}
}

// TestManyGiftsArePaged gives one gift more than a page has: the oldest is on the second page alone, which leads back to the newest.
func TestManyGiftsArePaged(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	g := h.donor()
	for i := range fund.DonorPage + 1 {
		h.took(t, fund.DonationInput{Name: "Zed", Email: "zed@example.org", Amount: fmt.Sprint(101 + i)}, 100-i)
	}
	_, link := g.find(post, "zed@example.org")
	g.send(http.MethodPost, link, "")
	count := func(body string) int { return strings.Count(body, "<section") - 1 }
	first := g.get("/gifts/mine")
	if got := count(first.body); got != fund.DonorPage || strings.Contains(first.body, "$101.00") || !strings.Contains(first.body, "$126.00") || strings.Contains(first.body, "Newest gifts") {
		t.Errorf("got %d gifts on the first page, want the newest %d\n%s", got, fund.DonorPage, first.body)
	}
	_, after, more := strings.Cut(first.body, `rel="next" href="`)
	older, _, _ := strings.Cut(after, `"`)
	if !more || !strings.HasPrefix(older, "/gifts/mine?before=") {
		t.Fatalf("got the link %q, want one to the older gifts", older)
	}
	second := g.get(older)
	wantPrivate(t, "the second page", second)
	if got := count(second.body); got != 1 || !strings.Contains(second.body, "$101.00") || strings.Contains(second.body, `rel="next"`) || !strings.Contains(second.body, "Newest gifts") {
		t.Errorf("got %d gifts on the second page, want the oldest alone\n%s", got, second.body)
	}
	if got := g.get("/gifts/mine?before=nonsense"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a page that is none, want 404", got.StatusCode)
	}
	if got := h.donor().get(older); got.StatusCode != http.StatusSeeOther || strings.Contains(got.body, "$101.00") {
		t.Errorf("got %d for the second page in another browser, want the form", got.StatusCode)
	}
}

// TestErasureWaitsForACase erases a gift whose donor waits for an answer: the pages say until when, before and after.
func TestErasureWaitsForACase(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	zed := h.donor()
	at := zed.giftOf(zed.give(page, "preset", "10.00", "email", "zed@example.org", "name", "Zed Quux"), goodCard)
	h.settle()
	if sent := zed.send(http.MethodPost, at+"/problem", url.Values{"message": {"I gave twice."}}.Encode()); sent.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want a case", sent.StatusCode)
	}
	g := h.donor()
	open := func() {
		_, link := g.find(post, "zed@example.org")
		g.send(http.MethodPost, link, "")
	}
	open()
	g.get("/gifts/mine/erase").wants(t, "the question", []string{"is erased once the charity has answered"})
	g.send(http.MethodPost, "/gifts/mine/erase", "").wants(t, "the answer", []string{"still has to answer you about follows once it has"}, "your bank is looking into follows")
	open()
	g.get("/gifts/mine").wants(t, "the gifts", []string{"once Water has answered your message"}, "when your bank has decided")
	cases := must.Get(h.ListCases(t.Context(), app.System(), app.CaseQuery{Open: true}, fund.Page{Limit: 5}))(t)
	must.Get(h.AnswerCase(t.Context(), app.System(), cases[0].ID, app.CaseReply{Reason: "It was spent."}))(t)
	g.get("/gifts/mine").wants(t, "the gifts after the answer", []string{"That is done within the hour"}, "once Water has answered")
}

// TestFindMyGiftsIsThrottled asks until there is a wait, and says for how long.
func TestFindMyGiftsIsThrottled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	for range shield.LinksAnHour {
		if got := g.send(http.MethodPost, "/gifts", "email=ada%40example.org"); got.StatusCode != http.StatusOK {
			t.Fatalf("got %d, want it asked for", got.StatusCode)
		}
	}
	if got := g.send(http.MethodPost, "/gifts", "email=ada%40example.org"); got.StatusCode != http.StatusTooManyRequests || !strings.Contains(got.body, "Try again in") {
		t.Errorf("got %d\n%s\nwant a wait", got.StatusCode, got.body)
	}
}

// TestCloseMyGifts ends the session of a browser.
func TestCloseMyGifts(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	zed := h.donor()
	zed.giftOf(zed.give(page, "preset", "10.00", "email", "zed@example.org"), goodCard)
	g := h.donor()
	_, link := g.find(post, "zed@example.org")
	used := g.send(http.MethodPost, link, "")
	session := used.Cookies()[0].Value
	over := web.New(web.Options{App: h.App, BaseURL: "https://give.example"})
	sent := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/gifts/mine/erase", nil)
	sent.AddCookie(&http.Cookie{Name: "__Host-almoner_donor", Value: session})
	secure := httptest.NewRecorder()
	if over.ServeHTTP(secure, sent); secure.Code != http.StatusOK {
		t.Errorf("got %d over https with a cookie of that name, want the session", secure.Code)
	}
	if got := g.send(http.MethodPost, "/gifts/mine", ""); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/gifts" {
		t.Errorf("got %d to %q, want the form", got.StatusCode, got.Header.Get("Location"))
	}
	if _, err := h.GetDonorHome(t.Context(), session, fund.ID{}); err == nil {
		t.Error("got the gifts with the secret of a session that was closed")
	}
	must.Do(t, h.EndDonorSession(t.Context(), "nonsense"))
}

// TestWithdrawContact gives consent on the donate page, where it is not ticked, and withdraws it as a mail program does, and by the button.
func TestWithdrawContact(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	g := h.donor()
	if form := g.get(page); !strings.Contains(form.body, `<input type="checkbox" id="contact" name="contact" value="1"><label`) {
		t.Errorf("got\n%s\nwant a choice that is not ticked", form.body)
	}
	for _, oneClick := range []bool{true, false} {
		g.giftOf(g.give(page, "preset", "10.00", "email", "zed@example.org", "contact", "1"), goodCard)
		h.settle()
		h.DoDue(t.Context(), fund.WorkMail)
		link := post.withdraw
		asks := g.get(link)
		if wantPrivate(t, "the link", asks); asks.StatusCode != http.StatusOK || !strings.Contains(asks.body, "may e-mail me about its work") {
			t.Fatalf("got %d\n%s\nwant what was agreed to", asks.StatusCode, asks.body)
		}
		if again := g.get(link); !strings.Contains(again.body, "Withdraw my consent") {
			t.Error("got it withdrawn by opening the link")
		}
		done := g.send(http.MethodPost, link, "")
		if oneClick { // RFC 8058: no cookie, no origin, and a form of either kind
			done = h.donor().send(http.MethodPost, link, "List-Unsubscribe=One-Click", "Origin", "", "Sec-Fetch-Site", "", "Content-Type", "multipart/form-data; boundary=x")
		}
		if done.StatusCode != http.StatusOK || !strings.Contains(done.body, "may not e-mail you") {
			t.Errorf("got %d\n%s\nwant it withdrawn", done.StatusCode, done.body)
		}
		if after := g.get(link); strings.Contains(after.body, "<form") {
			t.Error("got the consent still there")
		}
	}
	if foreign := g.send(http.MethodPost, post.withdraw, "", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); foreign.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another site, want 403", foreign.StatusCode)
	}
	if guess := g.get("/gifts/contact/" + strings.Repeat("A", 43)); guess.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a guess, want 404", guess.StatusCode)
	}
}
