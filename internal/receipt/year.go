package receipt

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// Year is what a yearly statement is made from: what a donor gave to a charity in a calendar year of its time zone.
type Year struct {
	Year   int
	MadeAt time.Time
	// Charity is the charity as it is when the statement is made.
	Charity fund.ReceiptCharity
	// Language is the tag of the donor's language.
	Language string
	// Receipts are the valid receipts in the order of their payments; at least one.
	Receipts []fund.IssuedReceipt
}

// ComposeYear makes the statement of a year: one document for each profile of its receipts. Receipts of a profile without yearly statements are listed in
// that of the profile plain.
func (s *Set) ComposeYear(y Year) ([]Document, error) {
	byProfile := map[string][]fund.IssuedReceipt{}
	for _, r := range y.Receipts {
		name, err := s.StatementProfile(r.Facts)
		if err != nil {
			return nil, err
		}
		byProfile[name] = append(byProfile[name], r)
	}
	var all []Document
	for _, name := range slices.Sorted(maps.Keys(byProfile)) {
		p, err := s.Get(name)
		if err != nil {
			return nil, err
		}
		one := y
		one.Receipts = byProfile[name]
		d, err := p.composeYear(one)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// StatementProfile returns the name of the profile whose yearly statement lists a receipt.
func (s *Set) StatementProfile(f fund.ReceiptFacts) (string, error) {
	p, err := s.Get(f.Profile)
	if err == nil && len(p.Yearly) == 0 {
		return fund.PlainReceipts, nil
	}
	return p.Name, err
}

func (p Profile) composeYear(y Year) (Document, error) {
	w := lastOf(p.Yearly, y.MadeAt)
	l := text.Accepted(y.Language)
	said, has := w.Languages[l.Language()]
	if !has {
		l, said = text.English, w.Languages[English]
	}
	if w.CountryNames {
		y.Charity.Address.Country = l.Country(y.Charity.Address.Country)
	}
	c := composer{words: yearWords(y, l), locale: l}
	d := Document{
		Profile: p.Name, Version: w.Version, Language: l.Language(), Title: c.say(said.Title), Number: c.say(said.Number), Issued: c.say(said.Issued),
		Parties: c.parties(said), Statements: c.statements(said),
	}
	for _, currency := range currenciesOf(y.Receipts) {
		c.currency(&d, said, y, currency)
	}
	return d, c.err
}

// currenciesOf returns the currency codes of receipts, sorted.
func currenciesOf(receipts []fund.IssuedReceipt) (all []string) {
	for _, r := range receipts {
		all = append(all, r.Facts.Currency)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// currency adds the receipts in one currency with their sums.
func (c *composer) currency(d *Document, said Language, y Year, currency string) {
	var items, sums []figure
	for _, f := range said.Bill {
		if f.Total {
			sums = append(sums, f)
		} else {
			items = append(items, f)
		}
	}
	of := composer{words: maps.Clone(c.words), locale: c.locale}
	of.words["provided"], of.words["unvalued"] = "", ""
	var kept, value, deductible int64
	for _, r := range y.Receipts {
		if f := r.Facts; f.Currency == currency {
			one := composer{words: maps.Clone(c.words), locale: c.locale}
			one.item(y, r)
			d.Bill = append(d.Bill, one.lines(items)...)
			for _, reward := range f.Rewards {
				d.Exchange, of.words["provided"] = c.say(said.Provided.Heading), "yes"
				line := one.provided(said.Provided.Value, said.Provided.Unknown, currency, reward)
				line.Name = one.words["numbered"] + " " + line.Name
				d.Provided = append(d.Provided, line)
			}
			if !f.Valued() {
				of.words["unvalued"] = "yes"
			}
			kept, value, deductible = kept+f.Kept(), value+f.RewardValue(), deductible+f.Deductible()
			c.err = firstOf(c.err, one.err)
		}
	}
	of.words["currency"], of.words["kept"] = currency, c.locale.Amount(kept, currency)
	of.words["value"], of.words["deductible"] = c.locale.Amount(value, currency), c.locale.Amount(deductible, currency)
	d.Bill, d.Totals = append(d.Bill, of.lines(sums)...), append(d.Totals, of.lines(said.Totals)...)
	c.err = firstOf(c.err, of.err)
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// item sets the words about one receipt. They have its name only if that is not the statement's.
func (c *composer) item(y Year, r fund.IssuedReceipt) {
	f := r.Facts
	c.words["number"], c.words["numbered"] = strconv.FormatInt(r.Number, 10), strconv.FormatInt(r.Number, 10)+":"
	c.words["paid"] = c.locale.Day(f.PaidAt.In(fund.Zone(y.Charity.TimeZone)))
	c.words["kept"], c.words["for"] = c.locale.Amount(f.Kept(), f.Currency), oneLine(f.For)
	if name := oneLine(f.Donor.Name); name != c.words["donor"] {
		c.words["name"] = name
	}
}

// yearWords returns the words that the texts of a yearly statement can use. All are present; they are empty where there is nothing to say.
func yearWords(y Year, l *text.Locale) map[string]string {
	last := y.Receipts[len(y.Receipts)-1].Facts
	words := map[string]string{
		"year": strconv.Itoa(y.Year), "made": l.Day(y.MadeAt.In(fund.Zone(y.Charity.TimeZone))), "count": l.Count(int64(len(y.Receipts))),
		"charity": oneLine(nameOf(y.Charity)), "government_id": oneLine(y.Charity.GovernmentID), "contact": oneLine(y.Charity.ContactEmail),
		"address": strings.Join(addressLines(y.Charity.Address), "\n"), "donor": oneLine(last.Donor.Name), "email": oneLine(last.Donor.Email),
		"provided": "", "unvalued": "", "number": "", "numbered": "", "paid": "", "kept": "", "for": "", "name": "", "currency": "", "value": "", "deductible": "",
	}
	for _, r := range y.Receipts {
		if len(r.Facts.Rewards) > 0 {
			words["provided"] = "yes"
		}
		if !r.Facts.Valued() {
			words["unvalued"] = "yes"
		}
	}
	return words
}
