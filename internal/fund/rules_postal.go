package fund

import (
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/postal"
)

// Error texts of a postal address.
const (
	NotCountry    = "is not a country code"
	NotPostalCode = "is not a postal code of the country"
)

// CheckPostalAddress requires an address as the country has it, named by its code: lines that addresses there do not have are dropped.
func CheckPostalAddress(wrong *fault.Fields, path string, a *Address) {
	country, known := postal.Find(a.Country)
	switch {
	case invisible(a.Country):
		wrong.Add(path+".country", Blank)
	case !known:
		wrong.Add(path+".country", NotCountry)
	}
	a.Country = country.Code
	for _, line := range []struct {
		name postal.Line
		to   *string
	}{
		{postal.Street, &a.Line1}, {"line2", &a.Line2}, {postal.City, &a.City}, {postal.Region, &a.Region}, {postal.PostalCode, &a.PostalCode},
	} {
		at := path + "." + string(line.name)
		if known && line.name != "line2" && !country.Has(line.name) {
			*line.to = ""
			continue
		}
		checkText(wrong, at, line.to, MaxName)
		if country.Requires(line.name) && invisible(*line.to) {
			wrong.Add(at, Blank)
		}
	}
	if at := path + ".postal_code"; known && a.PostalCode != "" && !wrong.Has(at) {
		code, fits := country.CleanCode(a.PostalCode)
		if a.PostalCode = code; !fits {
			wrong.Add(at, NotPostalCode)
		}
	}
}

// check requires a recipient, an address, and a contact that is an e-mail address or a phone number, if there is one.
func (a *ShippingAddress) check(wrong *fault.Fields, path string) {
	checkText(wrong, path+".recipient", &a.Recipient, MaxName)
	if invisible(a.Recipient) {
		wrong.Add(path+".recipient", Blank)
	}
	CheckPostalAddress(wrong, path, &a.Address)
	checkPhone(wrong, path+".phone", &a.Phone)
	if a.Email = cleanEmail(a.Email); a.Email != "" {
		CheckEmail(wrong, path+".email", &a.Email)
	}
}

// SetContact takes what a donor typed into one field: an e-mail address if it has an @, else a phone number.
func (a *ShippingAddress) SetContact(typed string) {
	if strings.Contains(typed, "@") {
		a.Email, a.Phone = typed, ""
		return
	}
	a.Email, a.Phone = "", typed
}
