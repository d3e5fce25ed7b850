package receipt

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"text/template"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// English is the language that every wording has.
const English = "en"

// Language is a wording in one language. Every text is a template over words; one with If is left out while the word of that name is empty, or is not
// empty where If begins with "!".
type Language struct {
	Title   string `json:"title"`
	Number  string `json:"number"`
	Issued  string `json:"issued"`
	Parties []struct {
		Heading string `json:"heading"`
		Lines   []struct {
			If      string `json:"if"`
			Text    string `json:"text"`
			Strong  bool   `json:"strong"`
			Written bool   `json:"written"`
		} `json:"lines"`
	} `json:"parties"`
	Bill     []figure `json:"bill"`
	Provided struct {
		Heading string `json:"heading"`
		Value   string `json:"value"`
		Unknown string `json:"unknown"`
	} `json:"provided"`
	Totals     []figure    `json:"totals"`
	Statements []statement `json:"statements"`
}

type figure struct {
	If    string `json:"if"`
	Name  string `json:"name"`
	Value string `json:"value"`
	Total bool   `json:"total"`
}

type statement struct {
	If   string `json:"if"`
	Text string `json:"text"`
}

// Document is a receipt as its donor sees it.
type Document struct {
	Profile  string `json:"profile"`
	Version  string `json:"version"`
	Language string `json:"language"`
	Title    string `json:"title"`
	Number   string `json:"number"`
	Issued   string `json:"issued"`
	// Parties are who received the money and who gave it.
	Parties []Party `json:"parties"`
	Bill    []Line  `json:"bill"`
	// Exchange is the heading of Provided, which is what came in exchange.
	Exchange   string   `json:"exchange,omitempty"`
	Provided   []Line   `json:"provided,omitempty"`
	Totals     []Line   `json:"totals,omitempty"`
	Statements []string `json:"statements,omitempty"`
}

// Direction is the direction of its language, as the dir attribute of HTML has it.
func (d Document) Direction() string { return text.Accepted(d.Language).Direction() }

// Party is one side of a donation.
type Party struct {
	Heading string `json:"heading"`
	Lines   []Text `json:"lines"`
}

// Text is a line of a party. Written means that a donor or a fundraiser wrote it, so that mails must not link to what it names.
type Text struct {
	Text    string `json:"text"`
	Strong  bool   `json:"strong,omitempty"`
	Written bool   `json:"written,omitempty"`
}

// Line is a name and a value. Total marks a sum.
type Line struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Total bool   `json:"total,omitempty"`
}

// Encode is the document as it is stored.
func (d Document) Encode() (string, error) {
	bytes, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encode a receipt: %w", err)
	}
	return string(bytes), nil
}

// Decode reads what Encode wrote.
func Decode(stored string) (d Document, err error) {
	if err := json.Unmarshal([]byte(stored), &d); err != nil {
		return d, fmt.Errorf("decode a receipt: %w", err)
	}
	return d, nil
}

// Compose is the document of a receipt, in the language in which the donor paid where the wording has it, else in English.
func (s *Set) Compose(r fund.IssuedReceipt) (Document, error) {
	p, err := s.Get(r.Facts.Profile)
	if err != nil {
		return Document{}, err
	}
	return p.compose(r)
}

func (p Profile) compose(r fund.IssuedReceipt) (Document, error) {
	w := p.WordingAt(r.IssuedAt)
	l := text.Accepted(r.Facts.Language)
	said, has := w.Languages[l.Language()]
	if !has {
		l, said = text.English, w.Languages[English]
	}
	if w.CountryNames {
		r.Facts.Charity.Address.Country = l.Country(r.Facts.Charity.Address.Country)
	}
	c := composer{words: p.words(r, l), locale: l}
	d := Document{
		Profile: p.Name, Version: w.Version, Language: l.Language(), Title: c.say(said.Title), Number: c.say(said.Number), Issued: c.say(said.Issued),
		Parties: c.parties(said), Bill: c.lines(said.Bill), Totals: c.lines(said.Totals), Statements: c.statements(said),
	}
	for _, reward := range r.Facts.Rewards {
		d.Exchange = c.say(said.Provided.Heading)
		d.Provided = append(d.Provided, c.provided(said.Provided.Value, said.Provided.Unknown, r.Facts.Currency, reward))
	}
	return d, c.err
}

// words are what the texts of a wording can name; all are there, and empty where there is nothing to say.
func (p Profile) words(r fund.IssuedReceipt, l *text.Locale) map[string]string {
	return p.wordsWith(r, l, func(minor int64) string { return l.Amount(minor, r.Facts.Currency) })
}

// wordsWith are words whose amounts are written by a function of theirs.
func (p Profile) wordsWith(r fund.IssuedReceipt, l *text.Locale, amount func(minor int64) string) map[string]string {
	f := r.Facts
	zone := fund.Zone(f.Charity.TimeZone)
	words := map[string]string{
		"number": strconv.FormatInt(r.Number, 10), "issued": l.Day(r.IssuedAt.In(zone)), "first_issued": l.Day(f.FirstIssuedAt.In(zone)),
		"charity": nameOf(f.Charity), "government_id": f.Charity.GovernmentID, "contact": f.Charity.ContactEmail,
		"address": strings.Join(addressLines(f.Charity.Address), "\n"), "donor": f.Donor.Name, "email": f.Donor.Email,
		"paid": l.Instant(f.PaidAt.In(zone)), "for": f.For, "gift": amount(f.Donated), "kept": amount(f.Kept()),
		"fee_cover": "", "returned": "", "provided": "", "value": amount(f.RewardValue()), "unvalued": "", "deductible": amount(f.Deductible()),
		"replaces": "", "in_us": "",
	}
	for name, minor := range map[string]int64{"fee_cover": f.FeeCover, "returned": -f.Returned} {
		if minor != 0 {
			words[name] = amount(minor)
		}
	}
	if len(f.Rewards) > 0 {
		words["provided"] = strconv.Itoa(len(f.Rewards))
	}
	if !f.Valued() {
		words["unvalued"] = "yes"
	}
	if f.Replaces > 0 {
		words["replaces"] = strconv.FormatInt(f.Replaces, 10)
	}
	if f.Charity.Address.InUS() {
		words["in_us"] = "yes"
	}
	for _, q := range p.Asks {
		words[q.Name] = ""
	}
	for name, answer := range f.Donor.Asked {
		words[name] = oneLine(answer)
	}
	for _, typed := range []string{"charity", "government_id", "contact", "donor", "email", "for"} {
		words[typed] = oneLine(words[typed])
	}
	return words
}

// oneLine is what somebody typed, without line breaks: only an address has lines.
func oneLine(typed string) string { return strings.Join(strings.Fields(typed), " ") }

func nameOf(c fund.ReceiptCharity) string {
	if c.LegalName != "" {
		return c.LegalName
	}
	return c.Name
}

// composer fills in the texts of a wording. Its error is the first one.
type composer struct {
	words  map[string]string
	locale *text.Locale
	err    error
}

func (c *composer) say(said string) string {
	if !strings.Contains(said, "{{") {
		return said
	}
	t, err := template.New("").Option("missingkey=error").Parse(said)
	var out strings.Builder
	if err == nil {
		err = t.Execute(&out, c.words)
	}
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("wording %q: %w", said, err)
	}
	return out.String()
}

// holds reports whether the words of a condition, separated by spaces, are all there, or not there where they begin with "!".
func (c *composer) holds(condition string) bool {
	for _, name := range strings.Fields(condition) {
		name, not := strings.CutPrefix(name, "!")
		value, known := c.words[name]
		if !known && c.err == nil {
			c.err = fmt.Errorf("no word is named %q", name)
		}
		if (value != "") == not {
			return false
		}
	}
	return true
}

func (c *composer) parties(said Language) (parties []Party) {
	for _, party := range said.Parties {
		one := Party{Heading: c.say(party.Heading)}
		for _, line := range party.Lines {
			if !c.holds(line.If) {
				continue
			}
			for text := range strings.SplitSeq(c.say(line.Text), "\n") {
				one.Lines = append(one.Lines, Text{text, line.Strong, line.Written})
			}
		}
		parties = append(parties, one)
	}
	return parties
}

func (c *composer) statements(said Language) (all []string) {
	for _, s := range said.Statements {
		if c.holds(s.If) {
			all = append(all, c.say(s.Text))
		}
	}
	return all
}

func (c *composer) lines(figures []figure) []Line {
	var all []Line
	for _, f := range figures {
		if c.holds(f.If) {
			all = append(all, Line{Name: c.say(f.Name), Value: c.say(f.Value), Total: f.Total})
		}
	}
	return all
}

// provided is the line of a reward. A profile without a text for values names the reward alone.
func (c *composer) provided(value, unknown, currency string, r fund.ReceiptReward) Line {
	name := oneLine(r.Name)
	if r.Quantity != 1 {
		name = c.locale.Number(strconv.FormatInt(r.Quantity, 10)) + " × " + name
	}
	one := composer{words: maps.Clone(c.words)}
	said := unknown
	if r.Value != nil {
		said, one.words["value"] = value, c.locale.Amount(*r.Value, currency)
	}
	line := Line{Name: name, Value: one.say(said)}
	if c.err == nil {
		c.err = one.err
	}
	return line
}

// tryOut fills in all texts once, so that a profile with a mistake is not loaded.
func (p Profile) tryOut() error {
	c := composer{words: p.words(fund.IssuedReceipt{}, text.English)}
	for _, w := range p.Wordings {
		for _, l := range w.Languages {
			l.tryOut(&c)
		}
	}
	if c.err != nil {
		return c.err
	}
	yearly := composer{words: yearWords(Year{Receipts: []fund.IssuedReceipt{{}}}, text.English), locale: text.English}
	for _, w := range p.Yearly {
		for _, l := range w.Languages {
			l.tryOut(&yearly)
		}
	}
	if yearly.err != nil {
		return yearly.err
	}
	_, err := p.Cells(fund.IssuedReceipt{Facts: fund.ReceiptFacts{Currency: "USD"}})
	return err
}

func (l Language) tryOut(c *composer) {
	for _, said := range []string{l.Title, l.Number, l.Issued, l.Provided.Heading, l.Provided.Value, l.Provided.Unknown} {
		c.say(said)
	}
	for _, party := range l.Parties {
		c.say(party.Heading)
		for _, line := range party.Lines {
			c.holds(line.If)
			c.say(line.Text)
		}
	}
	for _, f := range append(l.Bill, l.Totals...) {
		c.holds(f.If)
		c.say(f.Name)
		c.say(f.Value)
	}
	for _, s := range l.Statements {
		c.holds(s.If)
		c.say(s.Text)
	}
}
