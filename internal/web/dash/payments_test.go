package dash_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/dash"
)

// bank is a payment provider with accounts, which takes no payments.
type bank struct {
	pay.Provider

	state           fund.AccountState
	made, links     int
	back, refreshed string
	fails           error
}

func (b *bank) Name() string { return "stripe" }

func (b *bank) MakeAccount(context.Context, pay.AccountOrder) (string, error) {
	if b.fails == nil {
		b.made++
	}
	return "acct_00001", b.fails
}

func (b *bank) Onboard(_ context.Context, o pay.Onboarding) (string, error) {
	b.links++
	b.back, b.refreshed = o.ReturnURL, o.RefreshURL
	return fmt.Sprintf("https://connect.example/setup/%d", b.links), b.fails
}

func (b *bank) LookUpAccount(context.Context, string) (fund.AccountState, error) {
	return b.state, b.fails
}
func (b *bank) Ends(string) bool { return false }

func (b *bank) DonationsIn(country string) fund.CountryRule {
	return map[string]fund.CountryRule{"HK": fund.CountryRefused, "JP": fund.CountryLimited}[country]
}

// newOffice is a house whose cause connects an account: its finance is the owner of the campaign.
func newOffice(t *testing.T) (h *house, of *bank, path string) {
	t.Helper()
	of = &bank{}
	h = newHousePaid(t, dash.Options{}, func(o *app.Options) { o.Payments = app.Payments{Provider: of, Title: "Stripe", Accounts: true} })
	h.role("owner", fund.CauseFinance)
	return h, of, "/dashboard/" + h.campaign.Cause.ID.String() + "/payments"
}

// role gives somebody a role for the cause.
func (h *house) role(name string, role fund.CauseRole) {
	h.t.Helper()
	user := must.Get(h.FindUser(h.t.Context(), app.System(), fund.Key{}, name+"@example.org"))(h.t)
	must.Do(h.t, h.SetCauseRole(h.t.Context(), app.System(), app.CauseMembership{Cause: h.campaign.Cause.ID, User: user.ID, Role: role}))
}

// TestAnAccountIsConnectedByPages presses the button, comes back, reads what is missing, and is approved.
func TestAnAccountIsConnectedByPages(t *testing.T) {
	t.Parallel()
	h, of, path := newOffice(t)
	owner := h.as("owner")
	page := owner.Get(path)
	shows(t, "at first", page, http.StatusOK, "No account at Stripe is connected", "Connect Stripe", `<select id="country"`)
	form := page.Form(t, path)
	for country, want := range map[string]string{"HK": "takes no donations in this country", "": "Choose one of these", "XX": "Choose one of these"} {
		shows(t, country, owner.Post(path, testbrowser.With(form, "country", country)), http.StatusUnprocessableEntity, want, `id="country-problem"`, "<title>Error: ")
	}
	form = testbrowser.With(form, "country", "DE")
	leave := owner.Post(path, form)
	shows(t, "on to the provider", leave, http.StatusOK, `href="https://connect.example/setup/1"`)
	if got := leave.Header.Get("Refresh"); got != "0; url=https://connect.example/setup/1" || of.back != h.url+path || of.refreshed != h.url+path+"?again" {
		t.Errorf("got %q, %q, %q, want the form and the way back", got, of.back, of.refreshed)
	}
	of.state = fund.AccountState{Country: "DE", Closed: fund.ClosedDue, Due: []fund.AccountNeed{fund.NeedBank}, Late: []fund.AccountNeed{fund.NeedDocument}, Until: time.Date(2027, 3, 4, 0, 0, 0, 0, time.UTC)}
	h.Clock.Advance(20 * time.Second)
	shows(t, "back", owner.Get(path), http.StatusOK, "Donors cannot pay yet", "acct_00001", "a bank account", "Overdue", "a document", "Continue at Stripe", "2027", "waits for what is missing")
	shows(t, "an old link", owner.Get(path+"?again"), http.StatusOK, "used already")
	shows(t, "another link", owner.Post(path, form), http.StatusOK, "https://connect.example/setup/2")
	of.state = fund.AccountState{Country: "JP", Submitted: true, Charges: true, Checked: []fund.AccountNeed{fund.NeedPerson}}
	h.Clock.Advance(20 * time.Second)
	shows(t, "done", owner.Get(path), http.StatusOK, "waits for the operator", "is checking", "to some organizations only", "dashboard of Stripe")
	shows(t, "the overview", owner.Get(strings.TrimSuffix(path, "/payments")), http.StatusOK, "waits for the operator", "Donors cannot pay yet", `href="`+path+`"`, "Run &lt;b&gt;")
	shows(t, "the dashboard", owner.Get("/dashboard"), http.StatusOK, "Your charities", "Water", "Approved")
	cause := must.Get(h.GetCause(t.Context(), app.System(), fund.Key{ID: h.campaign.Cause.ID}))(t)
	must.Get(h.ApproveCause(t.Context(), app.System(), fund.Key{ID: cause.ID}, cause.ApprovalVersion()))(t)
	shows(t, "approved", owner.Get(path), http.StatusOK, "Donors can pay.")
	if of.made != 1 {
		t.Errorf("got %d accounts, want 1", of.made)
	}
	of.fails = fault.New(fault.Unavailable, "secret words")
	h.Clock.Advance(time.Hour)
	if got := owner.Get(path); got.StatusCode != http.StatusOK || strings.Contains(got.Text, "secret words") {
		t.Errorf("got %d while the provider is away, want what is known\n%s", got.StatusCode, got.Text)
	}
}

// TestWhoSeesThePayments shows them to the finance of the cause, and asks for the password again before anything begins.
func TestWhoSeesThePayments(t *testing.T) {
	t.Parallel()
	h, of, path := newOffice(t)
	h.role("stranger", fund.CauseMember)
	stranger := h.as("stranger")
	shows(t, "a member's overview", stranger.Get(strings.TrimSuffix(path, "/payments")), http.StatusOK, "Donors cannot pay yet")
	if got := stranger.Get(path); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a member, want 403", got.StatusCode)
	}
	owner := h.as("owner")
	form := testbrowser.With(owner.Get(path).Form(t, path), "country", "DE")
	if got := stranger.Post(path, form); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for the form of somebody else, want 403", got.StatusCode)
	}
	if got := owner.Get(h.base() + "/payments"); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a campaign, want 403", got.StatusCode)
	}
	h.Clock.Advance(fund.ProofLife)
	if got := owner.Post(path, form); !strings.HasPrefix(got.Header.Get("Location"), "/account/prove?") || of.made != 0 {
		t.Errorf("got %d to %q and %d accounts, want the password asked for", got.StatusCode, got.Header.Get("Location"), of.made)
	}
	h.role("owner", fund.CauseOwner)
	fresh := h.as("owner")
	for err, want := range map[error]int{
		fault.New(fault.Forbidden, "x"): http.StatusForbidden, fault.New(fault.PaymentFailed, "x"): http.StatusConflict, fault.New(fault.Unavailable, "x"): http.StatusServiceUnavailable,
	} {
		of.fails = err
		shows(t, err.Error(), fresh.Post(path, testbrowser.With(fresh.Get(path).Form(t, path), "country", "DE")), want, `role="alert"`, "Connect Stripe")
	}
}

// TestThePaymentsOfAServerWithoutAccounts says what is true where there is nothing to connect.
func TestThePaymentsOfAServerWithoutAccounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.role("owner", fund.CauseFinance)
	path := "/dashboard/" + h.campaign.Cause.ID.String() + "/payments"
	page := h.as("owner").Get(path)
	shows(t, "play money", page, http.StatusOK, "play money")
	if strings.Contains(page.Text, "<form method=\"post\" action=\""+path) {
		t.Error("got a form, want nothing to connect")
	}
}
