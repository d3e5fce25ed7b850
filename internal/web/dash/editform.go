package dash

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
)

// inputKind is how a field is typed into.
type inputKind string

const (
	lineInput   inputKind = "line"
	linesInput  inputKind = "lines"
	amountInput inputKind = "amount"
	countInput  inputKind = "count"
	momentInput inputKind = "moment"
	checkInput  inputKind = "check"
	choiceInput inputKind = "choice"
)

// set is what a field holds when a box is checked.
const set = "yes"

// input is a field of a form that changes something.
type input struct {
	// Name is what the domain calls the field.
	Name        string
	Kind        inputKind
	Label, Hint string
	// Value is what the field shows: what was typed, or what is there. plain is what is there, whatever the language of the page.
	Value, plain string
	Choices      []pick
	// Optional is set where nothing may be typed.
	Optional bool
	Problem  string
	// Zone is where the time of a moment is.
	Zone string
	// fresh is set for a field whose lines become fields of their own once they are saved.
	fresh bool
}

// pick is one of several things to choose.
type pick struct{ Value, Text string }

// ID is the place of the field on the page.
func (i input) ID() string { return strings.ReplaceAll(i.Name, ".", "-") }

// Described are the places of what is said about the field; "" for nothing.
func (i input) Described() string {
	var places []string
	if i.Problem != "" {
		places = append(places, i.ID()+"-problem")
	}
	if i.Hint != "" {
		places = append(places, i.ID()+"-hint")
	}
	if i.Kind == momentInput {
		places = append(places, i.Local().Place())
	}
	return strings.Join(places, " ")
}

// localNote says beside a field with a time what time that is for its reader, where scripts run.
type localNote struct{ ID, Zone string }

// Place is the place of the note on the page.
func (n localNote) Place() string { return n.ID + "-local" }

// Local is the note beside a moment.
func (i input) Local() localNote { return localNote{i.ID(), i.Zone} }

// Local is the note beside a field with a time of the fact.
func (p place) Local(id string) localNote { return localNote{id, fund.Zone(p.Fact.TimeZone).String()} }

// fields makes the fields of a form in the language of a page.
type fields struct {
	locale   *text.Locale
	zone     *time.Location
	currency string
	all      []input
}

func fieldsFor(l *text.Locale, f fund.Fact) *fields {
	return &fields{locale: l, zone: fund.Zone(f.TimeZone), currency: f.Currency}
}

// add adds a field, and gives it, so that more can be said of it.
func (f *fields) add(kind inputKind, name string, label text.ID, value string) *input {
	f.all = append(f.all, input{Name: name, Kind: kind, Label: f.locale.Text(label), Value: value})
	one := &f.all[len(f.all)-1]
	one.plain, _ = f.read(kind, value)
	return one
}

func (f *fields) line(name string, label text.ID, value string) *input {
	return f.add(lineInput, name, label, value)
}

func (f *fields) lines(name string, label text.ID, value string) *input {
	return f.add(linesInput, name, label, value)
}

// amount is a field for an amount in minor units; nothing is typed for 0.
func (f *fields) amount(name string, label text.ID, minor int64) *input {
	value := ""
	if minor != 0 {
		digits, err := money.Digits(f.currency)
		if err != nil {
			digits = 2
		}
		value = f.locale.Number(money.Fixed(minor, digits))
	}
	one := f.add(amountInput, name, label, value)
	one.Label = f.locale.Text(label, "Currency", f.currency)
	return one
}

func (f *fields) count(name string, label text.ID, number *int64) *input {
	value := ""
	if number != nil {
		value = strconv.FormatInt(*number, 10)
	}
	return f.add(countInput, name, label, value)
}

func (f *fields) moment(name string, label text.ID, at time.Time) *input {
	value := ""
	if !at.IsZero() {
		value = at.In(f.zone).Format(fund.LocalTime)
	}
	one := f.add(momentInput, name, label, value)
	one.Zone = f.zone.String()
	one.Hint = f.locale.Text("dash.edit.zone", "Zone", one.Zone)
	return one
}

func (f *fields) check(name string, label text.ID, is bool) *input {
	value := ""
	if is {
		value = set
	}
	return f.add(checkInput, name, label, value)
}

func (f *fields) choice(name string, label text.ID, value string, choices ...pick) *input {
	one := f.add(choiceInput, name, label, value)
	one.Choices = choices
	return one
}

// choose adds the choices of a field. What is chosen and is not among them any more stays, with these words.
func (f *fields) choose(name string, choices []pick, gone text.ID) {
	for i := range f.all {
		one := &f.all[i]
		if one.Name != name {
			continue
		}
		if !slices.ContainsFunc(choices, func(c pick) bool { return c.Value == one.Value }) {
			choices = append(choices, pick{one.Value, f.locale.Text(gone)})
		}
		one.Choices = choices
	}
}

// hint says more about a field.
func (f *fields) hint(i *input, id text.ID, pairs ...any) *input {
	i.Hint = f.locale.Text(id, pairs...)
	return i
}

// unixLines is a text whose lines end as those of stored texts do.
func unixLines(typed string) string { return strings.ReplaceAll(typed, "\r\n", "\n") }

// read turns what was typed into what is compared and saved. The problem is the domain's own word for it; "" for none.
func (f *fields) read(kind inputKind, typed string) (plain, problem string) {
	switch kind {
	case linesInput:
		return unixLines(typed), ""
	case amountInput:
		plain, problem = f.locale.Read(typed, f.currency)
		if strings.Contains(plain, ".") {
			plain = strings.TrimSuffix(strings.TrimRight(plain, "0"), ".")
		}
		return plain, problem
	case countInput:
		if strings.TrimSpace(typed) == "" {
			return "", ""
		}
		number, ok := money.ReadCount(typed)
		if !ok {
			return "", money.NotANumber
		}
		return strconv.FormatInt(number, 10), ""
	case momentInput:
		if strings.TrimSpace(typed) == "" {
			return "", ""
		}
		at, problem := fund.ReadLocal(fund.LocalTime, typed, f.zone)
		if problem != "" {
			return "", problem
		}
		return at.Format(fund.LocalTime), ""
	case checkInput:
		if typed != "" {
			return set, ""
		}
		return "", ""
	default:
		return strings.TrimSpace(typed), ""
	}
}

// said is a value of a field in words.
func (f *fields) said(i input, plain string) string {
	switch {
	case i.Kind == checkInput && plain == set:
		return f.locale.Text("dash.edit.on")
	case i.Kind == checkInput:
		return f.locale.Text("dash.edit.off")
	case plain == "":
		return f.locale.Text("dash.edit.nothing")
	case i.Kind == momentInput:
		if at, problem := fund.ReadLocal(fund.LocalTime, plain, f.zone); problem == "" {
			return f.locale.Instant(at)
		}
	case i.Kind == amountInput:
		return f.locale.Number(plain) + " " + f.currency
	case i.Kind == choiceInput:
		for _, one := range i.Choices {
			if one.Value == plain {
				return one.Text
			}
		}
	}
	return plain
}

// version names what a form shows: a hash of each field, so that the form tells which fields somebody changed since, and whether it was this browser.
func version(inputs []input) string {
	marks := make([]string, len(inputs))
	for i, one := range inputs {
		marks[i] = one.Name + "=" + mark(one.plain)
	}
	slices.Sort(marks) // the order of the fields is none of what they hold
	return strings.Join(marks, " ")
}

// markLength is how many signs of a hash tell two values of a field apart: 64 bits.
const markLength = 16

func mark(plain string) string {
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])[:markLength]
}

// marksOf are the hashes of a version by the names of the fields.
func marksOf(version string) map[string]string {
	marks := map[string]string{}
	for one := range strings.FieldsSeq(version) {
		if name, hash, ok := strings.Cut(one, "="); ok {
			marks[name] = hash
		}
	}
	return marks
}

// sent is what a form brought back.
type sent struct {
	*fields

	// typed and plain are the values by the names of the fields, changed those that differ from what the form began with.
	typed, plain map[string]string
	changed      map[string]bool
}

// text is a changed text.
func (s sent) text(name string) fund.Opt[string] {
	if !s.changed[name] {
		return fund.Opt[string]{}
	}
	return fund.Some(s.plain[name])
}

func (s sent) flag(name string) fund.Opt[bool] {
	if !s.changed[name] {
		return fund.Opt[bool]{}
	}
	return fund.Some(s.plain[name] == set)
}

func (s sent) moment(name string) fund.Opt[time.Time] {
	if !s.changed[name] {
		return fund.Opt[time.Time]{}
	}
	at, _ := fund.ReadLocal(fund.LocalTime, s.plain[name], s.zone)
	return fund.Some(at)
}

func (s sent) count(name string) fund.Opt[*int64] {
	if !s.changed[name] {
		return fund.Opt[*int64]{}
	}
	number, ok := money.ReadCount(s.plain[name])
	if !ok {
		return fund.Some[*int64](nil)
	}
	return fund.Some(&number)
}

// number is a changed whole number that must be there: without one it is -1, which is refused where nothing is below 0.
func (s sent) number(name string) fund.Opt[int64] {
	if !s.changed[name] {
		return fund.Opt[int64]{}
	}
	number, ok := money.ReadCount(s.plain[name])
	if !ok {
		number = -1
	}
	return fund.Some(number)
}

// mostLengths is how many units of a length are told apart: more are refused anyway.
const mostLengths = 1_000_000

// length is a changed length of time in whole units; see number.
func (s sent) length(name string, unit time.Duration) fund.Opt[time.Duration] {
	number := s.number(name)
	return fund.Opt[time.Duration]{Set: number.Set, Value: time.Duration(max(-1, min(number.Value, mostLengths))) * unit}
}

// idText is an id in a form; "" for none.
func idText(id fund.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// id is a changed choice of something by its id. What is no id is one that nothing has.
func (s sent) id(name string) fund.Opt[fund.ID] {
	if !s.changed[name] {
		return fund.Opt[fund.ID]{}
	}
	if s.plain[name] == "" {
		return fund.Some(fund.ID{})
	}
	id, err := fund.ParseID(s.plain[name])
	if err != nil {
		id = fund.ID{1}
	}
	return fund.Some(id)
}

// choiceOf is a changed choice.
func choiceOf[T ~string](s sent, name string) fund.Opt[T] {
	if !s.changed[name] {
		return fund.Opt[T]{}
	}
	return fund.Some(T(s.plain[name]))
}
