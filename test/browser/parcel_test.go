package browser_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/postal"
)

// parcel is an address in a country, and a postal code that is none there.
type parcel struct {
	// lines are the names of the fields in their order.
	lines, wrongCode string
	typed            map[string]string
}

var parcels = map[string]parcel{
	"DE": {"recipient line1 line2 postal_code city contact", "8907", map[string]string{"line1": "Donaustraße 1", "postal_code": "89073", "city": "Ulm"}},
	"US": {"recipient line1 line2 city region postal_code contact", "9810", map[string]string{"line1": "1 Pier Road", "city": "Seattle", "region": "WA", "postal_code": "98101"}},
	"GB": {"recipient line1 line2 city postal_code contact", "98101", map[string]string{"line1": "1 Weir Lane", "city": "Bath", "postal_code": "BA1 1AA"}},
	"JP": {"recipient line1 line2 region postal_code contact", "1100", map[string]string{"line1": "谷中3-4-5", "region": "東京都", "postal_code": "110-0001"}},
}

// handledGift is a donation as those see it who handle it.
type handledGift struct {
	Data struct {
		Claims []struct {
			Name    string `json:"reward_name"`
			Address map[string]string
		}
	}
}

// parcelTo claims a reward that is sent to a country: the form has the lines of that country and says who gets the address, a postal code of elsewhere is
// refused in words, and the charity sees the address, the streamer does not.
func parcelTo(country string) func(*journey) {
	return func(j *journey) {
		p := parcels[country]
		rules, _ := postal.Find(country)
		name := fmt.Sprintf("Parcel %d", time.Now().UnixNano())
		j.step("donate", `document.getElementById("address-country")`, j.visit(j.campaignPage()+"/donate"))
		if j.sees("#address-country") {
			j.t.Error("got a form that asks everybody for an address")
		}
		j.step("an amount", "true", j.tap(`label[for="preset-1"]`), j.fill("#name", name))
		reward := j.fieldOf("Sticker sheet", ".many input")
		j.step("a reward that is sent", isShown+`(document.getElementById("address-country"))`, j.reach(`details:has(.reward) summary`), j.fill(reward, "1"))
		j.says(".shipping > .hint", []string{"Open Harbor Relief"}, []string{"MiraPlays"})
		j.step("its country", fmt.Sprintf(`document.getElementById("address-country").value === %q && document.querySelector("form.scripted")`, country),
			func() { j.do(chromedp.SetValue("#address-country", country)) }, j.reach(".set-country"))
		if got := ask[string](j.window, `[...document.querySelectorAll("#address input")].map(i => i.name.slice(8)).join(" ")`); got != p.lines {
			j.t.Errorf("got the lines %q, want %q", got, p.lines)
		}
		j.step("an address", "true", func() {
			j.do(chromedp.SendKeys("#address-recipient", "Ada"), chromedp.SendKeys("#address-contact", "parcel@example.org"))
			for line, text := range p.typed {
				j.do(chromedp.SendKeys("#address-"+line, text))
			}
			j.do(chromedp.SetValue("#address-postal_code", p.wrongCode))
		})
		j.step("a postal code of elsewhere", `document.querySelector('#summary a[href="#address-postal_code"]')`, j.reach(".pay button"))
		j.says("#summary", []string{rules.Example}, nil)
		j.step("its own postal code", "true", func() { j.do(chromedp.SetValue("#address-postal_code", p.typed["postal_code"])) })
		j.step("the provider", `document.getElementById("card")`, j.reach(".pay button"))
		j.step("thanks", `document.querySelector(".gift.thanked")`, j.fill("#card", goodCard), j.fill("#code", "123"), j.reach(submit))
		j.says("main", []string{"Sticker sheet"}, nil)

		j.step("the gift on the page of the campaign", fmt.Sprintf(listedGift, name), j.visit(j.campaignPage()))
		j.says("main", nil, []string{p.typed["line1"], "parcel@example.org"})
		handled := "/api/private/donations/" + j.donationOf(name)
		var charity, streamer handledGift
		j.ask(j.t, http.DefaultClient, handled, j.finance, &charity)
		j.ask(j.t, http.DefaultClient, handled, j.streamer, &streamer)
		if got := charity.Data.Claims; len(got) != 1 || got[0].Address == nil || got[0].Address["country"] != country || got[0].Address["email"] != "parcel@example.org" {
			j.t.Errorf("got %v for the charity, want the address", got)
		} else {
			for line, text := range p.typed {
				if got[0].Address[line] != text {
					j.t.Errorf("got %q as %s for the charity, want %q", got[0].Address[line], line, text)
				}
			}
		}
		if got := streamer.Data.Claims; len(got) != 1 || got[0].Address != nil || got[0].Name != "Sticker sheet" {
			j.t.Errorf("got %v for the streamer, want the reward without its address", got)
		}
	}
}
