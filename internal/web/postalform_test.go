package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// addressNames are the names of the fields of the address on a form, in their order.
func addressNames(a answer) string {
	var names []string
	for _, found := range regexp.MustCompile(`name="address\.([a-z0-9_]+)"`).FindAllStringSubmatch(a.body, -1) {
		names = append(names, found[1])
	}
	return strings.Join(names, " ")
}

// TestAddressesHaveTheLinesOfTheirCountry sends a reward to five countries, with the button that browsers without scripts have.
func TestAddressesHaveTheLinesOfTheirCountry(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	g := h.donor()
	start := g.get(page)
	start.wants(t, "the form", []string{`<option value="AT">Austria</option>`, "Only <bdi>Water</bdi> gets this address.", "Show the fields of this country"}, `src="/assets/country-`)
	// Enter presses the first button of a form; WebKit passes over one that has no box.
	if _, form, _ := strings.Cut(start.body, `<form method="post"`); regexp.MustCompile("<button[^>]*>").FindString(form) != `<button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">` {
		t.Errorf("got\n%.400s\nwant a button first that sends the form", form)
	}
	want := []string{"preset", "25.00", rewardField(s.hoodie), "1", "comment", "Hi", "address.recipient", "Ada"}
	for country, c := range map[string]struct {
		lines, label string
		missing      []string
		whole        []string
	}{
		"DE": {
			"recipient country line1 line2 postal_code city contact", ">Postal code<", []string{"Enter a street address", "Enter a postal code", "Enter a city"},
			[]string{"address.line1", "1 Weg", "address.postal_code", "89073", "address.city", "Ulm"},
		},
		"US": {
			"recipient country line1 line2 city region postal_code contact", ">ZIP code<", []string{"Enter a street address", "Enter a city", "Enter a state", "Enter a ZIP code"},
			[]string{"address.line1", "1 Way", "address.postal_code", "98101", "address.city", "Seattle", "address.region", "WA"},
		},
		"GB": {
			"recipient country line1 line2 city postal_code contact", ">Town or city<", []string{"Enter a street address", "Enter a town or city", "Enter a postal code"},
			[]string{"address.line1", "1 Way", "address.postal_code", "ba1 1aa", "address.city", "Bath"},
		},
		"JP": {
			"recipient country line1 line2 region postal_code contact", ">Prefecture<", []string{"Enter a street address", "Enter a prefecture", "Enter a postal code"},
			[]string{"address.line1", "谷中3-4-5", "address.postal_code", "１１０－０００１", "address.region", "東京都"},
		},
		"SG": {
			"recipient country line1 line2 postal_code contact", ">Postal code<", []string{"Enter a street address", "Enter a postal code"},
			[]string{"address.line1", "1 Road", "address.postal_code", "546080"},
		},
	} {
		shown := g.send(http.MethodPost, page, start.form(append(want, "address.country", country, "country_set", "1")...).Encode())
		shown.wants(t, "the page that follows", []string{`src="/assets/country-`})
		if got := addressNames(shown); got != c.lines || shown.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d with the lines %q, want %q", country, shown.StatusCode, got, c.lines)
		}
		shown.wants(t, country, []string{c.label, `<option value="` + country + `" selected>`, ">Hi</textarea>", `value="Ada"`}, `role="alert"`)
		refused := g.send(http.MethodPost, page, start.form(append(want, "address.country", country)...).Encode())
		refused.wants(t, country+" without lines", c.missing)
		if n := strings.Count(refused.body, `<li><a href="#address-`); n != len(c.missing) {
			t.Errorf("%s: got %d errors of the address, want %d", country, n, len(c.missing))
		}
		g.pay(g.give(page, append(append(want, c.whole...), "address.country", country, "address.contact", "ada@home.example")...), goodCard)
		d := must.Get(h.Store.ListDonations(t.Context(), store.DonationFilter{Fact: h.campaign.ID}, fund.Page{Limit: 1}))(t)
		a := must.Get(h.Store.GetDonation(t.Context(), fund.Key{ID: d[0].ID}))(t).Claims[0].Address
		if a == nil || a.Country != country || a.Email != "ada@home.example" || a.Phone != "" || a.PostalCode != strings.ToUpper(a.PostalCode) || country == "JP" && a.PostalCode != "110-0001" {
			t.Errorf("%s: got %+v, want the address", country, a)
		}
	}
	wrong := func(more ...string) answer {
		return g.send(http.MethodPost, page, start.form(append(append([]string{}, want...), more...)...).Encode())
	}
	wrong("address.country", "GB", "address.line1", "1", "address.city", "Bath", "address.postal_code", "98101").
		wants(t, "a code of elsewhere", []string{`<a href="#address-postal_code">United Kingdom: enter a postal code, like EC1Y 8SY</a>`})
	wrong("address.country", "Narnia").wants(t, "no country", []string{`<a href="#address-country">Choose a country</a>`})
	wrong("address.country", "DE", "address.line1", "1", "address.city", "Ulm", "address.postal_code", "89073", "address.contact", "shout").
		wants(t, "no contact", []string{`<a href="#address-contact">Enter a phone number, like &#43;49 89 123456, or an e-mail address</a>`})
	wrong("address.country", "DE", "address.line1", "1", "address.city", "Ulm", "address.postal_code", "89073", "address.contact", "a@b").
		wants(t, "no mail address", []string{`<a href="#address-contact">Enter an e-mail address`})
	g.get(page+"?address.line1=Mallory&address.country=JP&country_set=1").wants(t, "a link", nil, `value="Mallory"`, `value="JP" selected`)
}

// TestTheFormSaysWhoGetsTheAddress has the cause let streamers ship.
func TestTheFormSaysWhoGetsTheAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.stall(t)
	h.setGiving(t, h.campaign, fund.DonationSettingsPatch{StreamersShip: fund.Some(true)})
	h.donor().get(page).wants(t, "the form", []string{"Only <bdi>Water</bdi> and <bdi>"}, "Only <bdi>Water</bdi> gets")
}
