package stripe_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// connected is an account that the fake remembers.
type connected struct {
	id, country, cause, email         string
	charges, payouts, submitted, gone bool
	due, late, checked                []string
	closed                            string
	deadline                          int64
	// links is how many links were made for it, and returns and refreshes the addresses of the last one.
	links                int
	returnsTo, refreshes string
}

// ofPlatform reports whether a call is about the platform itself rather than one of its accounts.
func ofPlatform(path string) bool { return strings.HasPrefix(path, "/v1/account") }

// actsFor reports whether we act for an account.
func (f *fake) actsFor(id string) bool {
	c := f.accounts[id]
	return id == account || c != nil && !c.gone
}

// makeAccount makes an account as Stripe does: for a country that it knows, and in the settings that leave the platform out.
func (f *fake) makeAccount(form url.Values) reply {
	for name, want := range map[string]string{
		"controller[losses][payments]": "stripe", "controller[fees][payer]": "account", "controller[requirement_collection]": "stripe", "controller[stripe_dashboard][type]": "full",
	} {
		if got := form.Get(name); got != want {
			f.t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if form.Get("country") == "KP" {
		return refusal(http.StatusBadRequest, "", "KP is not currently supported by Stripe")
	}
	f.count++
	c := &connected{id: fmt.Sprintf("acct_made%05d", f.count), country: form.Get("country"), cause: form.Get("metadata[almoner_cause]"), email: form.Get("email")}
	f.accounts[c.id] = c
	return f.good(f.accountPaper(c))
}

func (f *fake) link(form url.Values) reply {
	c := f.accounts[form.Get("account")]
	switch {
	case c == nil || c.gone:
		return refusal(http.StatusForbidden, "account_invalid", "The provided key does not have access to account "+form.Get("account"))
	case form.Get("type") != "account_onboarding":
		return refusal(http.StatusBadRequest, "", "You cannot create account_update links for this account")
	}
	c.links++
	c.returnsTo, c.refreshes = form.Get("return_url"), form.Get("refresh_url")
	return f.good(object{
		"object": "account_link", "created": f.clock.Now().Unix(), "expires_at": f.clock.Now().Unix() + 300,
		"url": fmt.Sprintf("https://connect.stripe.com/setup/s/%s/%d", c.id, c.links),
	})
}

func (f *fake) accountPaper(c *connected) object {
	list := func(of []string) []string { return append([]string{}, of...) }
	return with(f.t, f.papers["account"], object{
		"id": c.id, "country": c.country, "charges_enabled": c.charges, "payouts_enabled": c.payouts, "details_submitted": c.submitted,
		"requirements": object{
			"currently_due": list(c.due), "past_due": list(c.late), "pending_verification": list(c.checked), "eventually_due": []string{}, "alternatives": []string{}, "errors": []string{},
			"disabled_reason": c.closed, "current_deadline": c.deadline,
		},
	})
}
