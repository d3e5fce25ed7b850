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
	"github.com/almoner/almoner/internal/web/account"
)

// charityLink keeps the link of the last mail to a charity.
type charityLink struct{ url string }

func (l *charityLink) Send(ctx context.Context, letter app.Letter, hand func(context.Context) error) app.Delivery {
	if err := hand(ctx); err != nil {
		return app.Delivery{Result: app.MailHeld, Err: err}
	}
	if said, is := letter.Content.(app.CharityMail); is && letter.Kind == fund.MailCharityInvitation {
		l.url = said.Link
	}
	return app.Delivery{Result: app.MailTaken}
}

// mailedCharity is the path of the link that a charity was mailed.
func (h *house) mailedCharity() string {
	h.t.Helper()
	sent := &charityLink{}
	h.Node(func(o *app.Options) { o.Mailer, o.Accounts = sent, account.Addresses(h.url) }).DoDue(h.t.Context(), fund.WorkMail)
	link := must.Get(url.Parse(sent.url))(h.t).RequestURI()
	if !strings.HasPrefix(link, "/dashboard/charity?key=") {
		h.t.Fatalf("got the link %q", sent.url)
	}
	return link
}

// asksCharity asks for the invitation of a charity by the page, and has it approved.
func (h *house) asksCharity(email string) fund.ID {
	h.t.Helper()
	owner := h.as("owner")
	form := owner.Get("/dashboard/new/charity?name=Wild+Meadow").Form(h.t, "/dashboard/new/charity")
	got := owner.Post("/dashboard/new/charity", testbrowser.With(form, "name", "Wild Meadow", "website", "meadow.example", "email", email, "country", "GB", "message", "I stream <b>on</b> Fridays.", "language", "en"))
	if got.Header.Get("Location") != "/dashboard/charities" {
		h.t.Fatalf("got %d\n%s\nwant it asked for", got.StatusCode, got.Text)
	}
	asked := must.Get(h.ListCharities(h.t.Context(), app.System(), fund.CharityAsked, fund.Page{Limit: 1}))(h.t)[0]
	must.Get(h.ApproveCharity(h.t.Context(), app.System(), asked.ID))(h.t)
	return asked.ID
}

func shows(t *testing.T, what string, got testbrowser.Answer, status int, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got.StatusCode != status || !strings.Contains(got.Text, text) {
			t.Errorf("%s: got %d\n%s\nwant %d with %q", what, got.StatusCode, got.Text, status, text)
		}
	}
}

// TestACharityIsInvitedByPages goes the way of the streamer, the charity and the operator.
func TestACharityIsInvitedByPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, nobody := h.as("owner"), testbrowser.New(t, h.url)
	shows(t, "the first step", owner.Get("/dashboard/new?q=Meadow"), http.StatusOK, `href="/dashboard/new/charity?name=Meadow"`)
	form := owner.Get("/dashboard/new/charity").Form(t, "/dashboard/new/charity")
	wrong := owner.Post("/dashboard/new/charity", testbrowser.With(form, "name", "WATER", "website", "http://x", "email", "x", "country", "", "message", "See https://evil.example"))
	shows(t, "wrong", wrong, http.StatusUnprocessableEntity, `id="website-problem"`, `id="email-problem"`, `id="country-problem"`, `id="message-problem"`, "Error: ")
	here := owner.Post("/dashboard/new/charity", testbrowser.With(form, "name", "WATER", "website", "https://water.example", "email", "a@water.example", "country", "GB", "message", "Hello"))
	shows(t, "here", here, http.StatusUnprocessableEntity, `id="name-problem"`, `href="/dashboard/new?q=WATER"`)
	h.asksCharity("office@meadow.example")
	shows(t, "the state", owner.Get("/dashboard/charities"), http.StatusOK, "Mailed to the charity", "Withdraw")
	link := h.mailedCharity()
	page := nobody.Get(link)
	shows(t, "the link", page, http.StatusOK, "I stream &lt;b&gt;on&lt;/b&gt; Fridays.", "office@meadow.example", `value="join"`)
	if strings.Contains(page.Text, `value="resend"`) {
		t.Error("a new link asks for another one")
	}
	answer := page.Form(t, "/dashboard/charity")
	shows(t, "no password", nobody.Post("/dashboard/charity", testbrowser.With(answer, "answer", "join", "username", "Meg", "password", "x")), http.StatusUnprocessableEntity, `id="password-problem"`, `value="Meg"`)
	shows(t, "no name", nobody.Post("/dashboard/charity", testbrowser.With(answer, "answer", "join", "username", " ", "password", "a long password")), http.StatusUnprocessableEntity, `id="username-problem"`)
	if got := testbrowser.New(t, h.url).Post("/dashboard/charity", testbrowser.With(answer, "answer", "no")); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d from another browser, want 403", got.StatusCode)
	}
	joined := nobody.Post("/dashboard/charity", testbrowser.With(answer, "answer", "join", "username", "Meg", "password", "a long password"))
	profile := joined.Header.Get("Location")
	if !strings.HasSuffix(profile, "/charity") {
		t.Fatalf("got %d\n%s\nwant the profile", joined.StatusCode, joined.Text)
	}
	shows(t, "twice", nobody.Get(link), http.StatusNotFound, "does not work")
	shows(t, "somebody else's profile", owner.Get(profile), http.StatusNotFound, "")
	asked := nobody.Get(profile)
	shows(t, "the profile", asked, http.StatusOK, `value="Wild Meadow"`, `value="office@meadow.example"`, `<option value="GBP" selected>`)
	typed := testbrowser.With(asked.Form(t, profile), "name", "Wild Meadow", "description", "Meadows.", "contact_email", "x", "currency", "GBP", "social.website", "https://meadow.example", "address.country", "GB")
	shows(t, "wrong profile", nobody.Post(profile, typed), http.StatusUnprocessableEntity, `id="legal_name-problem"`, `id="contact_email-problem"`, `id="address-line1-problem"`)
	typed = testbrowser.With(typed, "legal_name", "Wild Meadow Trust", "contact_email", "office@meadow.example", "address.line1", "1 Lane", "address.city", "Town", "address.country", "GB")
	for range 2 { // sent twice, it is made once
		if got := nobody.Post(profile, typed); got.Header.Get("Location") != profile {
			t.Fatalf("got %d\n%s\nwant what comes next", got.StatusCode, got.Text)
		}
	}
	shows(t, "what comes next", nobody.Get(profile), http.StatusOK, "Not yet")
	shows(t, "the state", owner.Get("/dashboard/charities"), http.StatusOK, "Its profile is being checked")
	cause := must.Get(h.GetCause(t.Context(), app.System(), fund.Key{Slug: "wild-meadow"}))(t)
	if cause.Address.Country != "GB" || cause.Social.Website != "https://meadow.example" || cause.LegalName != "Wild Meadow Trust" {
		t.Errorf("got %+v", cause)
	}
	must.Get(h.ApproveCause(t.Context(), app.System(), fund.Key{ID: cause.ID}, cause.ApprovalVersion()))(t)
	start := "/dashboard/new/name?for=" + cause.ID.String()
	shows(t, "ready", owner.Get("/dashboard/charities"), http.StatusOK, start)
	shows(t, "the steps", owner.Get(start), http.StatusOK, "Wild Meadow")
	shows(t, "what comes next", nobody.Get(profile), http.StatusOK, `href="/wild-meadow"`, "play money")
}

// TestACharityAnswersLater opens an old link, has another one mailed, accepts with an account, and says no for good.
func TestACharityAnswersLater(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.asksCharity("stranger@example.org") // which has an account
	link := h.mailedCharity()
	stranger, nobody := h.as("stranger"), testbrowser.New(t, h.url)
	page := nobody.Get(link)
	shows(t, "an address with an account", page, http.StatusOK, "/account/sign-in?next=%2Fdashboard%2Fcharity")
	if got := nobody.Post("/dashboard/charity", testbrowser.With(page.Form(t, "/dashboard/charity"), "answer", "yes")); !strings.HasPrefix(got.Header.Get("Location"), "/account/sign-in?") {
		t.Errorf("got %d, want the sign-in", got.StatusCode)
	}
	h.Clock.Advance(fund.AccountLinkLife)
	page = stranger.Get(link)
	shows(t, "late", page, http.StatusOK, `value="resend"`)
	form := page.Form(t, "/dashboard/charity")
	shows(t, "late yes", stranger.Post("/dashboard/charity", testbrowser.With(form, "answer", "yes")), http.StatusGone, "too old")
	shows(t, "another link", stranger.Post("/dashboard/charity", testbrowser.With(form, "answer", "resend")), http.StatusOK, "stranger@example.org")
	page = stranger.Get(h.mailedCharity())
	form = page.Form(t, "/dashboard/charity")
	if got := stranger.Post("/dashboard/charity", testbrowser.With(form, "answer", "maybe")); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d for no answer, want 400", got.StatusCode)
	}
	accepted := stranger.Post("/dashboard/charity", testbrowser.With(form, "answer", "yes")).Header.Get("Location")
	shows(t, "the list of who accepted", stranger.Get("/dashboard/charities"), http.StatusOK, accepted)
	shows(t, "no after yes", stranger.Post("/dashboard/charity", testbrowser.With(form, "answer", "no")), http.StatusNotFound, "does not work")

	h.asksCharity("other@meadow.example")
	form = nobody.Get(h.mailedCharity()).Form(t, "/dashboard/charity")
	shows(t, "never", nobody.Post("/dashboard/charity", testbrowser.With(form, "answer", "no", "never", "yes")), http.StatusOK, "nobody can invite you")
	owner := h.as("owner")
	ask := owner.Get("/dashboard/new/charity").Form(t, "/dashboard/new/charity")
	again := owner.Post("/dashboard/new/charity", testbrowser.With(ask, "name", "Wild Meadow", "website", "meadow.example", "email", "press@meadow.example", "country", "GB", "message", "Hello"))
	shows(t, "asked again", again, http.StatusUnprocessableEntity, "does not want to be invited")
}

// TestAnInvitationIsWithdrawn takes an invitation back, and finds that the charity was faster.
func TestAnInvitationIsWithdrawn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.asksCharity("office@meadow.example")
	link, owner := h.mailedCharity(), h.as("owner")
	form := owner.Get("/dashboard/charities").Form(t, "/dashboard/charities/withdraw")
	if got := h.as("stranger").Post("/dashboard/charities/withdraw", form); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for the form of somebody else, want 403", got.StatusCode)
	}
	for range 2 {
		owner.Post("/dashboard/charities/withdraw", form)
	}
	shows(t, "withdrawn", owner.Get("/dashboard/charities"), http.StatusOK, "Withdrawn")
	shows(t, "its link", testbrowser.New(t, h.url).Get(link), http.StatusNotFound, "does not work")
	if got := owner.Post("/dashboard/charities/withdraw", testbrowser.With(form, "id", id.String())); got.StatusCode != http.StatusConflict {
		t.Errorf("got %d for the second time, want 409", got.StatusCode)
	}
}
