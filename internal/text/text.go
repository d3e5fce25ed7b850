// Package text is every text that people read on pages and in mails, by its id, from a catalogue for each language, and the
// form of the dates, amounts and numbers among them.
//
// What callers rely on:
//   - A text is plain: it has no markup, and a page escapes it. Rich puts values with markup into it, and escapes
//     all others.
//   - A value named Count chooses between the text's plural forms.
//   - An id that is not in the catalogue shows as itself. Tests find those, and texts that nothing shows.
//   - All languages have the same texts with the same values. Tests compare them.
package text

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/glyph"
	"github.com/almoner/almoner/internal/money"
)

//go:embed *.json
var catalogues embed.FS

// ID names a text in the catalogue: "donate.error.email".
type ID string

// Locale is how something is written for its readers: the texts and dates of one language, and the form of its amounts and
// numbers. It is the only formatter for people, and safe for concurrent use.
type Locale struct {
	money.Locale

	tag       language.Tag
	localizer *i18n.Localizer
	// fixed are the texts without values and plural forms, which are most and need no localizer.
	fixed map[ID]string
}

// The locales that have texts. English is that of readers whose language has none, and of whatever is the same for all readers.
var (
	English = load(language.English)
	German  = load(language.German)
	Arabic  = load(language.Arabic)
)

// Locales are all locales, English first.
func Locales() []*Locale { return []*Locale{English, German, Arabic} }

func load(tag language.Tag) *Locale {
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	catalogue, err := bundle.LoadMessageFileFS(catalogues, tag.String()+".json")
	if err != nil {
		panic("text: " + err.Error()) // the file is part of the program
	}
	fixed := map[ID]string{}
	for _, m := range catalogue.Messages {
		if forms := m.Zero + m.One + m.Two + m.Few + m.Many; forms == "" && !strings.Contains(m.Other, "{{") {
			fixed[ID(m.ID)] = m.Other
		}
	}
	return &Locale{Locale: money.LocaleOf(tag), tag: tag, localizer: i18n.NewLocalizer(bundle, tag.String()), fixed: fixed}
}

// Language is the language of the texts, as the lang attribute of HTML has it.
func (l *Locale) Language() string { return l.tag.String() }

// Direction is the direction of the texts, as the dir attribute of HTML has it: "ltr", or "rtl" from right to left.
func (l *Locale) Direction() string {
	if l.tag == language.Arabic {
		return "rtl"
	}
	return "ltr"
}

// MachineMade reports whether a machine translated the texts, and nobody who speaks the language has read them. Pages say so.
func (l *Locale) MachineMade() bool { return l.tag == language.Arabic }

// Text is the text of that id. Values come in pairs, each after its name.
func (l *Locale) Text(id ID, given ...any) string {
	if said, is := l.fixed[id]; is {
		return said
	}
	count, _ := pairs(given).get("Count")
	said, err := l.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: string(id), TemplateData: pairs(given), PluralCount: count, TemplateParser: values{isolate: l.Direction() == "rtl"},
	})
	if err != nil && said == "" {
		return string(id)
	}
	return said
}

// Rich is Text as HTML. Values of type template.HTML keep their markup; all others are escaped, whatever their type.
func (l *Locale) Rich(id ID, given ...any) template.HTML {
	escaped := make([]any, len(given))
	for i, value := range given {
		switch value := value.(type) {
		case template.HTML, int, int64: // numbers choose the plural
			escaped[i] = value
		case string:
			escaped[i] = template.HTMLEscapeString(value)
		default:
			escaped[i] = template.HTMLEscapeString(fmt.Sprint(value))
		}
	}
	return template.HTML(l.Text(id, escaped...)) //nolint:gosec // the values are escaped, and the texts have no markup
}

// PlayMoney is the text on every page that says what the money of a mode is; "" where it is real.
func PlayMoney(mode string) ID {
	return map[string]ID{"sandbox": "site.play.sandbox", "test": "site.play.test"}[mode]
}

// Wait is how long somebody should wait, in words: "10 seconds", "2 minutes". It is never too short.
func (l *Locale) Wait(wait time.Duration) string {
	switch {
	case wait <= time.Minute:
		return l.Text("wait.seconds", "Count", ceil(wait, time.Second))
	case wait <= time.Hour:
		return l.Text("wait.minutes", "Count", ceil(wait, time.Minute))
	default:
		return l.Text("wait.hours", "Count", ceil(wait, time.Hour))
	}
}

// ceil is how many units a duration takes, at least one.
func ceil(d, unit time.Duration) int64 { return max(1, int64((d+unit-1)/unit)) }

// Count is a whole number: "1,234".
func (l *Locale) Count(n int64) string { return l.Number(strconv.FormatInt(n, 10)) }

// Donor is the public name of a donor, of whom nobody may know more than that there is one: then it is a word of the language.
func (l *Locale) Donor(name string) string {
	if name == "" || name == fund.Anonymous {
		return l.Text("donation.anonymous")
	}
	return name
}

// Amounts are sums of different currencies side by side: "$1,200.00 + ¥5,000"; "" for none.
func (l *Locale) Amounts(sums []money.Sum) string {
	shown := make([]string, len(sums))
	for i, sum := range sums {
		shown[i] = l.Amount(sum.Minor, sum.Currency)
	}
	return strings.Join(shown, " + ")
}

// Left says how many of something are left; "" where there is no limit.
func (l *Locale) Left(left *int64) string {
	switch {
	case left == nil:
		return ""
	case *left == 0:
		return l.Text("reward.sold_out")
	default:
		return l.Text("reward.left", "Count", *left, "Number", l.Count(*left))
	}
}

// Funcs are what templates call: t and rich for texts, name, link, mailto, strong and moment for values of rich, lang, direction and machine_made for what
// Language, Direction and MachineMade say, and isolate for the texts of others where there is no markup.
func (l *Locale) Funcs() map[string]any {
	return map[string]any{
		"t": l.Text, "rich": l.Rich, "moment": l.Moment, "name": Name, "link": Link, "mailto": Mailto, "strong": Strong, "lang": l.Language,
		"direction": l.Direction, "machine_made": l.MachineMade, "isolate": glyph.Isolated,
	}
}

// Name is a text of somebody else inside of a sentence, whose direction does not turn the sentence around.
func Name(name string) template.HTML {
	return "<bdi>" + template.HTML(template.HTMLEscapeString(glyph.Balanced(name))) + "</bdi>" //nolint:gosec // escaped
}

// Strong is a value that matters more than the rest of its sentence.
func Strong(value string) template.HTML {
	return "<strong>" + template.HTML(template.HTMLEscapeString(value)) + "</strong>" //nolint:gosec // escaped
}

// Link is a link to a page of this server, whose path starts with a slash; any other becomes the first page.
func Link(path, name string) template.HTML {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, `/\`) { // browsers read /\ as //
		path = "/"
	}
	return linked(path, name)
}

// Mailto is a link that writes to an e-mail address.
func Mailto(address string) template.HTML {
	return linked((&url.URL{Scheme: "mailto", Opaque: url.PathEscape(address)}).String(), address)
}

func linked(href, name string) template.HTML {
	return template.HTML(`<a href="`+template.HTMLEscapeString(href)+`">`) + Name(name) + "</a>" //nolint:gosec // escaped
}
