// Package receipt is what receipts say. A profile is a kind of receipt: what it requires of the charity, what it asks of the donor, its wording by
// version and language, and what of it must be kept and how long. Profiles are data: another one is another file.
//
// What callers rely on:
//   - Compose depends on nothing but its input and the profile's file, whose wordings are never changed once they were used.
//   - A Document is what the donor sees, word for word. Pages, mails and PDFs show its lines and add none.
package receipt

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

//go:embed profiles/*.json
var files embed.FS

// Profiles are the built-in profiles.
var Profiles = func() *Set {
	below, err := fs.Sub(files, "profiles")
	if err != nil {
		panic("receipt: " + err.Error()) // the files are part of the program
	}
	set, err := Load(below)
	if err != nil {
		panic("receipt: " + err.Error())
	}
	return set
}()

// Profile is a kind of receipt.
type Profile struct {
	// Name is what it is stored and chosen by, Title what people call it.
	Name  string `json:"name"`
	Title string `json:"title"`
	// Offered reports whether causes can choose it.
	Offered bool `json:"offered"`
	// Requires are what the cause must have before it can choose the profile.
	Requires []Requirement `json:"requires"`
	// Asks are what a donor who wants a tax receipt is asked, in this order; empty where the receipt needs nothing more.
	Asks []Question `json:"asks"`
	// OnRequest reports whether only donors get such a receipt who asked for one; all others get fund.PlainReceipts.
	OnRequest bool `json:"on_request"`
	// Keeps are what of the donor must be kept after an erasure: "name", "email", or the name of a question. Years is for how long, counted from the
	// end of the calendar year of the payment.
	Keeps []string `json:"keeps"`
	Years int      `json:"years"`
	// Columns are what exports of receipts have beside the columns of all profiles.
	Columns []Column `json:"columns"`
	// Sources are where the facts of the profile come from.
	Sources []Source `json:"sources"`
	// Wordings are all that were ever used, the oldest first.
	Wordings []Wording `json:"wordings"`
	// Yearly are those of yearly statements, the oldest first; none where statements are those of the profile plain. Of a bill, lines that are no total
	// stand once for each receipt, totals once for each currency.
	Yearly []Wording `json:"yearly"`
}

// Requirement is something that a cause must have.
type Requirement struct {
	// Field is "legal_name", "government_id" or "address", Name what the profile calls it.
	Field string `json:"field"`
	Name  string `json:"name"`
	// Pattern is a regular expression that its value must match, Example a value that does; "" for any value.
	Pattern string `json:"pattern"`
	Example string `json:"example"`
}

// Source is where a fact comes from, and the day (2006-01-02) on which it was read.
type Source struct {
	Title string `json:"title"`
	Read  string `json:"read"`
}

// Wording is one version of the words.
type Wording struct {
	Version string `json:"version"`
	// From is the first day (2006-01-02, UTC) whose receipts have it.
	From      string              `json:"from"`
	Sources   []Source            `json:"sources"`
	Languages map[string]Language `json:"languages"`
	// Like is the version whose languages it has, where nothing but how words are written is new; "" for its own.
	Like string `json:"like"`
	// CountryNames writes the country of an address by its name in the language of the receipt, not as it is stored.
	CountryNames bool `json:"country_names"`
}

// Set are profiles by name. It is safe for concurrent use.
type Set struct{ all []Profile }

// Load reads one profile from each JSON file of a folder. What a profile lacks is an error.
func Load(folder fs.FS) (*Set, error) {
	names, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, fmt.Errorf("profiles: %w", err)
	}
	set := &Set{}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("profile %s: %w", name, err)
		}
		p, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("profile %s: %w", name, err)
		}
		if p.Name+".json" != path.Base(name) {
			return nil, fmt.Errorf("profile %s is named %q", name, p.Name)
		}
		set.all = append(set.all, p)
	}
	return set, nil
}

func parse(text []byte) (p Profile, err error) {
	reader := json.NewDecoder(strings.NewReader(string(text)))
	reader.DisallowUnknownFields()
	if err := reader.Decode(&p); err != nil {
		return p, err
	}
	if len(p.Wordings) == 0 {
		return p, fmt.Errorf("it has no wording")
	}
	if err := completed(p.Wordings); err != nil {
		return p, err
	}
	if err := completed(p.Yearly); err != nil {
		return p, fmt.Errorf("yearly: %w", err)
	}
	for _, r := range p.Requires {
		if _, err := regexp.Compile(r.Pattern); err != nil {
			return p, fmt.Errorf("%s: %w", r.Field, err)
		}
	}
	if err := p.parseColumns(); err != nil {
		return p, err
	}
	if err := p.checkQuestions(); err != nil {
		return p, err
	}
	return p, p.tryOut()
}

// completed gives wordings that are like an earlier one its languages, and checks that none lacks anything.
func completed(wordings []Wording) error {
	for i := range wordings {
		w := &wordings[i]
		for _, before := range wordings[:i] {
			if w.Like != "" && before.Version == w.Like {
				w.Languages = before.Languages
			}
		}
		if _, err := time.Parse(time.DateOnly, w.From); err != nil {
			return fmt.Errorf("version %s: %w", w.Version, err)
		}
		if _, has := w.Languages[English]; !has {
			return fmt.Errorf("version %s has no %q", w.Version, English)
		}
	}
	return nil
}

// Get finds a profile by name, offered or not.
func (s *Set) Get(name string) (Profile, error) {
	i := slices.IndexFunc(s.all, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, fault.New(fault.NotFound, "There is no receipt profile %q; there are %s.", name, strings.Join(s.Names(), ", "))
	}
	return s.all[i], nil
}

// Offered are the profiles that causes can choose, by name.
func (s *Set) Offered() []Profile {
	return slices.DeleteFunc(slices.Clone(s.all), func(p Profile) bool { return !p.Offered })
}

// Names are the names of the offered profiles.
func (s *Set) Names() []string {
	var names []string
	for _, p := range s.Offered() {
		names = append(names, p.Name)
	}
	return names
}

// Check says what the cause lacks for its profile, by field: "legal_name", "government_id", "address". A profile that is not offered is wrong at
// receipt_profile.
func (s *Set) Check(wrong *fault.Fields, c fund.Cause) {
	p, err := s.Get(c.Profile())
	if err != nil || !p.Offered {
		wrong.Add("receipt_profile", "is no receipt profile; there are "+strings.Join(s.Names(), ", "))
		return
	}
	for _, r := range p.Requires {
		r.check(wrong, p, c)
	}
}

func (r Requirement) check(wrong *fault.Fields, p Profile, c fund.Cause) {
	value := map[string]string{
		"legal_name": c.LegalName, "government_id": c.GovernmentID, "address": strings.Join(addressLines(c.Address), ", "),
	}[r.Field]
	switch {
	case value == "":
		wrong.Add(r.Field, fmt.Sprintf("is missing: receipts of the profile %s need the %s", p.Name, r.Name))
	case !regexp.MustCompile("^(?:"+r.Pattern+")$").MatchString(value) && r.Pattern != "":
		wrong.Add(r.Field, fmt.Sprintf("is not the %s that receipts of the profile %s need; write it like %s", r.Name, p.Name, r.Example))
	}
}

// WordingAt is the wording of a receipt that was issued then: the last one that was in use.
func (p Profile) WordingAt(issued time.Time) Wording { return lastOf(p.Wordings, issued) }

func lastOf(wordings []Wording, at time.Time) Wording {
	day := at.UTC().Format(time.DateOnly)
	for _, w := range slices.Backward(wordings) {
		if w.From <= day {
			return w
		}
	}
	return wordings[0]
}

// Kept is what of the donor must stay after an erasure; nothing for a profile that has to keep nothing.
func (p Profile) Kept(donor fund.ReceiptDonor) fund.ReceiptDonor {
	var kept fund.ReceiptDonor
	for _, name := range p.Keeps {
		switch asked := donor.Asked[name]; {
		case name == "name":
			kept.Name = donor.Name
		case name == "email":
			kept.Email = donor.Email
		case asked != "":
			if kept.Asked == nil {
				kept.Asked = map[string]string{}
			}
			kept.Asked[name] = asked
		}
	}
	return kept
}

// KeptUntil is when what Kept names can go: Years after the end of the calendar year of the payment, in UTC. The zero time means at once.
func (p Profile) KeptUntil(paid time.Time) time.Time {
	if p.Years == 0 || len(p.Keeps) == 0 {
		return time.Time{}
	}
	return time.Date(paid.UTC().Year()+1+p.Years, time.January, 1, 0, 0, 0, 0, time.UTC)
}

// addressLines are an address as an envelope has it: "98101 Seattle", or "Seattle, WA 98101" where regions count.
func addressLines(a fund.Address) []string {
	city := strings.TrimSpace(a.PostalCode + " " + a.City)
	if a.Region != "" {
		city = strings.TrimSpace(a.City + ", " + a.Region + " " + a.PostalCode)
	}
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, city, a.Country} {
		if line = oneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
