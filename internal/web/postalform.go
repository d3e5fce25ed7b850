package web

import (
	"cmp"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/postal"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// fieldCountrySet is sent by the button that shows the lines of another country: nothing is given then.
const fieldCountrySet = "country_set"

// fieldContactLine takes the contact for a delivery: an e-mail address or a phone number.
const fieldContactLine = fieldAddress + "contact"

// usualCountry is chosen where neither the donor nor the cause names a country.
const usualCountry = "US"

// addressLine is what a form calls a line of an address.
type addressLine struct {
	label, blank text.ID
}

// The lines of addresses by what they are in a country. What is not here is called as in most countries.
var (
	regionLines = map[string]addressLine{
		"area": {"donate.address.region.area", "donate.error.address.region.area"}, "county": {"donate.address.region.county", "donate.error.address.region.county"},
		"department": {"donate.address.region.department", "donate.error.address.region.department"}, "district": {"donate.address.region.district", "donate.error.address.region.district"},
		"do_si": {"donate.address.region.do_si", "donate.error.address.region.do_si"}, "emirate": {"donate.address.region.emirate", "donate.error.address.region.emirate"},
		"island": {"donate.address.region.island", "donate.error.address.region.island"}, "oblast": {"donate.address.region.oblast", "donate.error.address.region.oblast"},
		"parish": {"donate.address.region.parish", "donate.error.address.region.parish"}, "prefecture": {"donate.address.region.prefecture", "donate.error.address.region.prefecture"},
		"province": {"donate.address.region.province", "donate.error.address.region.province"}, "state": {"donate.address.region.state", "donate.error.address.region.state"},
	}
	cityLines = map[string]addressLine{
		"": {"donate.address.city", "donate.error.address.city"}, "district": {"donate.address.city.district", "donate.error.address.city.district"},
		"post_town": {"donate.address.city.post_town", "donate.error.address.city.post_town"}, "suburb": {"donate.address.city.suburb", "donate.error.address.city.suburb"},
	}
	codeLines = map[string]addressLine{
		"": {"donate.address.postal_code", "donate.error.address.postal_code"}, "eircode": {"donate.address.code.eircode", "donate.error.address.code.eircode"},
		"pin": {"donate.address.code.pin", "donate.error.address.code.pin"}, "zip": {"donate.address.code.zip", "donate.error.address.code.zip"},
	}
)

// named is what a line is called in a country.
func named(c postal.Country, l postal.Line) addressLine {
	switch l {
	case postal.Region:
		return regionLines[c.Region]
	case postal.City:
		return cityLines[c.City]
	case postal.PostalCode:
		return codeLines[c.PostalName]
	default:
		return addressLine{"donate.address.line1", "donate.error.address.line1"}
	}
}

// autocompletes are what browsers call the lines of an address.
var autocompletes = map[postal.Line]string{
	postal.Street: "address-line1", postal.City: "address-level2", postal.Region: "address-level1", postal.PostalCode: "postal-code",
}

// country is that of the address as far as it was typed, else the cause's.
func (w donateForm) country() postal.Country {
	for _, code := range []string{w.Get(fieldAddress + "country"), w.fact.Receiver.Country, usualCountry} {
		if c, known := postal.Find(code); known {
			return c
		}
	}
	return postal.Country{}
}

// addressFields are the fields of the address of a parcel, as the chosen country has them.
func (w donateForm) addressFields() []ui.Field {
	t, c := w.locale.Text, w.country()
	all := []ui.Field{{Name: "recipient", Label: t("donate.address.recipient"), Autocomplete: "name"}, w.countryField(c)}
	for _, l := range c.Lines {
		one := ui.Field{Name: string(l), Label: t(named(c, l).label), Autocomplete: autocompletes[l], Optional: !c.Requires(l)}
		if l == postal.PostalCode && c.Example != "" {
			one.Hint = t("donate.address.code.hint", "Example", c.Example)
		}
		all = append(all, one)
		if l == postal.Street {
			all = append(all, ui.Field{Name: "line2", Label: t("donate.address.line2"), Autocomplete: "address-line2", Optional: true})
		}
	}
	all = append(all, ui.Field{Name: "contact", Label: t("donate.address.contact"), Hint: t("donate.address.contact.hint"), Optional: true})
	for i := range all {
		one := &all[i]
		one.Name = fieldAddress + one.Name
		one.Value, one.Type = w.Get(one.Name), "text"
		if one.Autocomplete = cmp.Or(one.Autocomplete, "off"); one.Autocomplete != "off" {
			one.Autocomplete = "shipping " + one.Autocomplete
		}
	}
	return all
}

// countryField is the choice of the country.
func (w donateForm) countryField(chosen postal.Country) ui.Field {
	field := ui.Field{Name: "country", Label: w.locale.Text("donate.address.country"), Autocomplete: "country"}
	for _, one := range w.locale.Countries() {
		field.Options = append(field.Options, ui.Option{Value: one.Code, Text: one.Name, Chosen: one.Code == chosen.Code})
	}
	return field
}

// address is where everything is sent to.
func (w donateForm) address() fund.ShippingAddress {
	line := func(name string) string { return w.Get(fieldAddress + name) }
	a := fund.ShippingAddress{
		Recipient: line("recipient"),
		Address: fund.Address{
			Line1: line("line1"), Line2: line("line2"), City: line("city"), Region: line("region"), PostalCode: line("postal_code"),
			Country: line("country"),
		},
	}
	a.SetContact(w.Get(fieldContactLine))
	return a
}

// addressOf are the lines of an address by the names of their fields.
func addressOf(a fund.ShippingAddress) map[string]string {
	return map[string]string{
		"recipient": a.Recipient, "contact": cmp.Or(a.Email, a.Phone), "line1": a.Line1, "line2": a.Line2, "city": a.City, "region": a.Region,
		"postal_code": a.PostalCode, "country": a.Country,
	}
}

// addressLineOf is the field that a field of the domain's address is typed into: both kinds of contact have one.
func addressLineOf(name string) string {
	if name == "phone" || name == "email" {
		return fieldContactLine
	}
	return fieldAddress + name
}
