package receipt_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
)

var issued = time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)

// sample is a receipt of $25 and $1.06 for the fee.
func sample(profile string, change ...func(*fund.IssuedReceipt)) fund.IssuedReceipt {
	r := fund.IssuedReceipt{
		Receipt: fund.Receipt{Number: 7, IssuedAt: issued},
		Facts: fund.ReceiptFacts{
			Profile: profile, For: "Run", PaidAt: issued, FirstIssuedAt: issued, Currency: "USD", Donated: 2500, FeeCover: 106,
			Charity: fund.ReceiptCharity{
				Name: "Water", LegalName: "Water International, Inc.", GovernmentID: "12-3456789", ContactEmail: "help@water.example.org",
				Address: fund.Address{Line1: "1 Pier Road", City: "Seattle", Region: "WA", PostalCode: "98101", Country: "USA"},
			},
			Donor: fund.ReceiptDonor{Name: "Ada", Email: "ada@example.org"},
		},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func mug(value *int64) func(*fund.IssuedReceipt) {
	return func(r *fund.IssuedReceipt) {
		r.Facts.Rewards = append(r.Facts.Rewards, fund.ReceiptReward{Name: "Mug", Quantity: 2, Value: value})
	}
}

// in is the receipt of a donor who paid in a language.
func in(language string, r fund.IssuedReceipt) fund.IssuedReceipt {
	r.Facts.Language = language
	return r
}

func cents(n int64) *int64 { return &n }

// composed is all that a receipt says.
func composed(t *testing.T, set *receipt.Set, r fund.IssuedReceipt) string {
	t.Helper()
	d, err := set.Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := receipt.Decode(text); err != nil || back.Title != d.Title {
		t.Errorf("got %+v, %v, want what was encoded", back, err)
	}
	return text
}

func TestWhatReceiptsSay(t *testing.T) {
	t.Parallel()
	tax := regexp.MustCompile(`(?i)tax|deduct|fair market|goods or services|501|(?-i:EIN|IRS)`)
	for name, c := range map[string]struct {
		receipt     fund.IssuedReceipt
		want, never []string
	}{
		"plain": {sample("plain", mug(cents(1600))), []string{"Payment receipt", "No. 7", "$25.00", "$1.06", "$26.06", "2 × Mug", "Registration number 12-3456789"}, []string{"$16.00"}},
		"us, nothing provided": {
			sample("us"), []string{"No goods or services were provided in exchange for this gift.", "EIN 12-3456789", "Deductible at most", "$26.06", "Issued on 1 December 2026"},
			[]string{"fair market value"},
		},
		"us, a value": {
			sample("us", mug(cents(1600))), []string{"2 × Mug", "estimated fair market value $16.00", "good-faith estimate", "exceeds this value", `"Deductible at most","value":"$10.06"`},
			[]string{"No goods"},
		},
		"us, more than given": {sample("us", mug(cents(2700))), []string{`"Deductible at most","value":"$0.00"`}, nil},
		"us, no value":        {sample("us", mug(nil)), []string{"value not stated", "Ask it for a receipt"}, []string{"Deductible at most", "No goods"}},
		"us, refunded in part": {
			sample("us", func(r *fund.IssuedReceipt) { r.Facts.Returned, r.Facts.Replaces = 500, 4 }),
			[]string{"−$5.00", "$21.06", "replaces receipt No. 4", "was issued on 1 December 2026"}, nil,
		},
		"plain in German": {
			in("de-AT", sample("plain")), []string{"Zahlungsbeleg", "Nr. 7", "25,00\u00a0$", "Insgesamt gespendet", `"language":"de"`}, []string{"Received"},
		},
		"us in German": {in("de", sample("us")), []string{"No goods or services", "$25.00", `"language":"en"`}, nil},
		"legacy":       {sample("legacy"), []string{"Tax-deductible amount", "$26.06"}, nil},
		"nothing":      {fund.IssuedReceipt{Facts: fund.ReceiptFacts{Profile: "plain", Currency: "JPY", Donated: 5}}, []string{"Name not given", "¥5"}, nil},
		"lines": {
			sample("plain", func(r *fund.IssuedReceipt) { r.Facts.Donor.Name = "Ada\nRegistration number 1 {{.number}}" }), []string{`"Ada Registration number 1 {{.number}}"`}, nil,
		},
	} {
		got := composed(t, receipt.Profiles, c.receipt)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got no %q in %s", name, want, got)
			}
		}
		for _, never := range c.never {
			if strings.Contains(got, never) {
				t.Errorf("%s: got %q in %s", name, never, got)
			}
		}
		if word := tax.FindString(got); word != "" && c.receipt.Facts.Profile == "plain" {
			t.Errorf("%s: got %q of taxes in %s", name, word, got)
		}
	}
}

// TestDatesAreInTheZoneOfTheCharity wants dates to be those of where the charity is, as they were when the receipt was issued.
func TestDatesAreInTheZoneOfTheCharity(t *testing.T) {
	t.Parallel()
	r := in("de", sample("plain", func(r *fund.IssuedReceipt) {
		r.IssuedAt = time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
		r.Facts.PaidAt, r.Facts.Charity.TimeZone = r.IssuedAt, "Europe/Berlin"
	}))
	if got := composed(t, receipt.Profiles, r); !strings.Contains(got, "Bezahlt am 1. Januar 2027, 00:30 Uhr MEZ") || !strings.Contains(got, `"1. Januar 2027 (MEZ)"`) {
		t.Errorf("got %s, want the time in Berlin", got)
	}
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	whole := fund.Cause{LegalName: "Water, Inc.", GovernmentID: "12-3456789", Address: fund.Address{City: "Seattle"}, ReceiptProfile: "us"}
	for name, c := range map[string]struct {
		change func(*fund.Cause)
		want   string
	}{
		"all there":        {func(*fund.Cause) {}, ""},
		"plain":            {func(c *fund.Cause) { *c = fund.Cause{} }, ""},
		"no legal name":    {func(c *fund.Cause) { c.LegalName = "" }, "legal_name is missing: receipts of the profile us need the legal name"},
		"no address":       {func(c *fund.Cause) { c.Address = fund.Address{} }, "address is missing"},
		"no EIN":           {func(c *fund.Cause) { c.GovernmentID = "" }, "government_id is missing: receipts of the profile us need the EIN"},
		"no such EIN":      {func(c *fund.Cause) { c.GovernmentID = "123456789" }, "write it like 12-3456789"},
		"more than an EIN": {func(c *fund.Cause) { c.GovernmentID = "12-34567890" }, "is not the EIN"},
		"unknown":          {func(c *fund.Cause) { c.ReceiptProfile = "mars" }, "receipt_profile is no receipt profile; there are plain, us"},
		"not offered":      {func(c *fund.Cause) { c.ReceiptProfile = "legacy" }, "receipt_profile is no receipt profile"},
	} {
		cause := whole
		c.change(&cause)
		var wrong fault.Fields
		receipt.Profiles.Check(&wrong, cause)
		var got []string
		for _, f := range wrong {
			got = append(got, f.Path+" "+f.Text)
		}
		if said := strings.Join(got, "; "); !strings.Contains(said, c.want) || (said == "") != (c.want == "") {
			t.Errorf("%s: got %q, want %q", name, said, c.want)
		}
	}
}

// TestWordingsNeverChange holds each wording that was used: receipts that nobody has looked at yet are composed from it. A new one is a new
// version, with its own line here.
func TestWordingsNeverChange(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"legacy 1": "7629a609ed197e7c", "plain 2026-11-29": "39bc8ffab1e214bc", "us 2026-11-29": "e5ffda595bb8c810", "plain 2026-11-30": "2a716dcba25046e5", "us 2026-11-30": "1f1f0cff9f15a748",
	}
	for _, name := range []string{"legacy", "plain", "us"} {
		p, err := receipt.Profiles.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range p.Wordings {
			words, err := json.Marshal([]any{w.From, w.CountryNames, w.Languages})
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(words)
			version := name + " " + w.Version
			if got := hex.EncodeToString(sum[:8]); got != want[version] {
				t.Errorf("got the wording %s of %s, want %s: change none that was used, and add a version with a later date instead", version, got, want[version])
			}
			delete(want, version)
		}
	}
	for version := range want {
		t.Errorf("the wording %s is gone", version)
	}
}

// TestCountriesHaveNames wants the name of the country on receipts issued from 2026-11-30 on, in their language, and the old text on those before.
func TestCountriesHaveNames(t *testing.T) {
	t.Parallel()
	country := func(code string) func(*fund.IssuedReceipt) {
		return func(r *fund.IssuedReceipt) { r.Facts.Charity.Address.Country = code }
	}
	before := func(r *fund.IssuedReceipt) { r.IssuedAt = time.Date(2026, 11, 29, 23, 59, 59, 0, time.UTC) }
	for _, c := range []struct {
		receipt fund.IssuedReceipt
		want    string
	}{
		{sample("us"), `"United States"`},
		{sample("us", before), `"USA"`},
		{sample("plain", country("DE")), `"Germany"`},
		{in("de", sample("plain", country("DE"))), `"Deutschland"`},
		{in("de", sample("plain", country("DE"), before)), `"DE"`},
		{in("de", sample("us", country("us"))), `"United States"`},
		{sample("plain", country("Ruritania")), `"Ruritania"`},
		{sample("legacy", country("US")), `"US"`},
	} {
		if got := composed(t, receipt.Profiles, c.receipt); !strings.Contains(got, `{"text":`+c.want) {
			t.Errorf("%s in %q at %s: got %s, want %s", c.receipt.Facts.Profile, c.receipt.Facts.Language, c.receipt.IssuedAt, got, c.want)
		}
	}
}

// moon is a profile of nowhere: it asks donors for two things, has two wordings and a column, and keeps one answer.
const moon = `{
	"name": "moon", "title": "Moon", "offered": true,
	"requires": [{"field": "government_id", "name": "crater number", "pattern": "C[0-9]+", "example": "C7"}],
	"asks": [{"name": "dome", "kind": "line", "labels": {"en": "Dome"}, "problems": {"en": "Name your dome"}, "required": true, "most": 20, "pattern": "[A-Z].*"},
		{"name": "guild", "kind": "line", "labels": {"en": "Guild"}, "problems": {"en": "Name a guild"}, "most": 20},
		{"name": "oath", "kind": "confirm", "labels": {"en": "I live here", "de": "Ich wohne hier"}, "problems": {"en": "Swear"}}],
	"keeps": ["name", "dome"], "years": 3, "columns": [{"name": "dome", "value": "{{.dome}}"}, {"name": "left", "value": "{{.kept}}"}], "sources": [],
	"wordings": [
		{"version": "1", "from": "2026-01-01", "sources": [], "languages": {"en": {"title": "Old", "number": "{{.number}}", "issued": "{{.issued}}"}}},
		{"version": "2", "from": "2026-12-01", "sources": [], "languages": {"en": {
			"title": "Lunar gift", "number": "M{{.number}}", "issued": "{{.issued}}",
			"statements": [{"if": "dome !guild", "text": "{{.donor}} of {{.dome}} belongs to no guild."}, {"if": "guild", "text": "Guild of {{.guild}}."}]
		}}}
	]
}`

// TestAnotherProfileIsData adds a profile that the code does not know.
func TestAnotherProfileIsData(t *testing.T) {
	t.Parallel()
	set, err := receipt.Load(fstest.MapFS{"moon.json": {Data: []byte(moon)}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := set.Get("moon")
	if err != nil || !slices.Equal(set.Names(), []string{"moon"}) || len(p.Asks) != 3 || p.Asks[0].Labels["en"] != "Dome" {
		t.Fatalf("got %+v, %v, want the profile", p, err)
	}
	r := sample("moon", func(r *fund.IssuedReceipt) { r.Facts.Donor.Asked = map[string]string{"dome": "Tycho"} })
	if got := composed(t, set, r); !strings.Contains(got, "M7") || !strings.Contains(got, "Ada of Tycho belongs to no guild.") || strings.Contains(got, "Guild of") {
		t.Errorf("got %s, want the second wording", got)
	}
	r.IssuedAt = issued.AddDate(0, 0, -1)
	if got := composed(t, set, r); !strings.Contains(got, `"Old"`) || !strings.Contains(got, `"version":"1"`) {
		t.Errorf("got %s, want the first wording the day before", got)
	}
	cells, err := set.Cells(r)
	if err != nil || !maps.Equal(cells, map[string]string{"dome": "Tycho", "left": "26.06"}) || !slices.Equal(set.ColumnNames(), []string{"dome", "left"}) {
		t.Errorf("got %v, %v in the columns of the profile, want its answer and a plain amount", cells, err)
	}
	if kept := p.Kept(r.Facts.Donor); kept.Name != "Ada" || kept.Email != "" || kept.Asked["dome"] != "Tycho" {
		t.Errorf("got %v kept, want the name and the dome", kept)
	}
	if got, want := p.KeptUntil(time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got kept until %s, want %s", got, want)
	}
	if none := (receipt.Profile{}); !none.KeptUntil(issued).IsZero() || !none.Kept(r.Facts.Donor).Empty() {
		t.Error("got something kept by a profile that keeps nothing")
	}
	var wrong fault.Fields
	set.Check(&wrong, fund.Cause{ReceiptProfile: "moon", GovernmentID: "7"})
	if !wrong.Has("government_id") {
		t.Errorf("got %v, want that the crater has no number", wrong)
	}
}

func TestProfilesWithMistakesAreNotLoaded(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not JSON":                    "{",
		"unknown key":                 strings.Replace(moon, `"years"`, `"ages"`, 1),
		"unknown word":                strings.Replace(moon, "{{.dome}} belongs", "{{.doom}} belongs", 1),
		"unknown if":                  strings.Replace(moon, `"dome !guild"`, `"doom"`, 1),
		"no template":                 strings.Replace(moon, "M{{.number}}", "M{{.number", 1),
		"no day":                      strings.Replace(moon, "2026-12-01", "soon", 1),
		"no English":                  strings.Replace(moon, `"en": {"title": "Old"`, `"de": {"title": "Old"`, 1),
		"another name":                strings.Replace(moon, `"name": "moon"`, `"name": "mars"`, 1),
		"bad pattern":                 strings.Replace(moon, "C[0-9]+", "C[", 1),
		"a question's pattern":        strings.Replace(moon, "[A-Z].*", "[A-Z", 1),
		"a question's name":           strings.Replace(moon, `"name": "guild"`, `"name": "guild 1"`, 1),
		"a question like a word":      strings.Replace(moon, `"name": "guild"`, `"name": "charity"`, 1),
		"two questions of one name":   strings.Replace(moon, `"name": "oath"`, `"name": "dome"`, 1),
		"an unknown kind":             strings.Replace(moon, `"kind": "confirm"`, `"kind": "swear"`, 1),
		"a name of another kind":      strings.Replace(moon, `"name": "oath"`, `"name": "name"`, 1),
		"a kind of another name":      strings.Replace(moon, `"kind": "confirm"`, `"kind": "name"`, 1),
		"a question without a label":  strings.Replace(moon, `{"en": "Guild"}`, `{"de": "Gilde"}`, 1),
		"a question without a reason": strings.Replace(moon, `{"en": "Swear"}`, `{}`, 1),
		"an answer without an end":    strings.Replace(moon, `"most": 20`, `"most": 0`, 1),
		"an answer that is too long":  strings.Replace(moon, `"most": 20`, `"most": 256`, 1),
		"a column's name":             strings.Replace(moon, `"name": "left"`, `"name": "what is left"`, 1),
		"a column's word":             strings.Replace(moon, "{{.kept}}", "{{.left}}", 1),
		"a column's template":         strings.Replace(moon, "{{.kept}}", "{{.kept", 1),
		"too many questions":          strings.Replace(moon, `"asks": [`, `"asks": [`+strings.Repeat(`{"name": "x", "kind": "confirm", "labels": {"en": "x"}, "problems": {"en": "x"}},`, 10), 1),
	} {
		if _, err := receipt.Load(fstest.MapFS{"moon.json": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s: got it loaded, want an error", name)
		}
	}
}

// TestSourcesHaveDates wants a source with the day on which it was read for each profile that states law.
func TestSourcesHaveDates(t *testing.T) {
	t.Parallel()
	us, err := receipt.Profiles.Get("us")
	if err != nil || len(us.Sources) == 0 || len(us.Wordings[0].Sources) == 0 {
		t.Fatalf("got %+v, %v, want sources", us, err)
	}
	law, err := os.ReadFile("../../docs/law.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(us.Sources, us.Wordings[0].Sources...) {
		if _, err := time.Parse(time.DateOnly, s.Read); err != nil || !strings.Contains(string(law), s.Read) {
			t.Errorf("%s: got read %q, want a day that docs/law.md has", s.Title, s.Read)
		}
	}
}

// TestSpellingHasAnEdge looks at the last moment of the days in which donors may correct a receipt.
func TestSpellingHasAnEdge(t *testing.T) {
	t.Parallel()
	edge := issued.AddDate(0, 0, fund.SpellingDays)
	if !fund.SpellingOpen(issued, issued) || !fund.SpellingOpen(issued, edge.Add(-time.Microsecond)) || fund.SpellingOpen(issued, edge) {
		t.Error("got another edge, want it open for exactly 14 days")
	}
}

// TestTaxReceiptRequests answers the questions of a profile in every way that a donor can.
func TestTaxReceiptRequests(t *testing.T) {
	t.Parallel()
	set, err := receipt.Load(fstest.MapFS{"moon.json": {Data: []byte(moon)}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := set.Get("moon")
	if err != nil {
		t.Fatal(err)
	}
	us, err := receipt.Profiles.Get("us")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", receipt.MaxQuestion)
	for name, c := range map[string]struct {
		of    receipt.Profile
		typed fund.ReceiptInput
		want  string
		wrong string
	}{
		"a name":             {us, fund.ReceiptInput{"name": " Ada\u00a0 King\r\n"}, `{"profile":"us","name":"Ada King"}`, ""},
		"no name":            {us, fund.ReceiptInput{}, "", "receipt.name " + fund.Blank},
		"a name of nothing":  {us, fund.ReceiptInput{"name": "\u200b"}, "", "receipt.name " + fund.Blank},
		"a long name":        {us, fund.ReceiptInput{"name": long}, `{"profile":"us","name":"` + long + `"}`, ""},
		"too long a name":    {us, fund.ReceiptInput{"name": long + "x"}, "", "receipt.name " + fund.TooLong(receipt.MaxQuestion)},
		"what is not asked":  {us, fund.ReceiptInput{"name": "Ada", "dome": "Tycho"}, `{"profile":"us","name":"Ada"}`, ""},
		"all of it":          {p, fund.ReceiptInput{"dome": "Tycho", "guild": "Ice", "oath": "1"}, `{"profile":"moon","asked":{"dome":"Tycho","guild":"Ice","oath":"Ich wohne hier"}}`, ""},
		"what is required":   {p, fund.ReceiptInput{"dome": "Tycho"}, `{"profile":"moon","asked":{"dome":"Tycho"}}`, ""},
		"a dome of its own":  {p, fund.ReceiptInput{"dome": "tycho"}, "", "receipt.dome " + receipt.NotAsAsked},
		"nothing to ask for": {receipt.Profile{Name: "plain"}, fund.ReceiptInput{"name": "Ada"}, "null", ""},
	} {
		var wrong fault.Fields
		request, err := json.Marshal(c.of.Request(c.typed, "de", &wrong))
		var said []string
		for _, f := range wrong {
			said = append(said, f.Path+" "+f.Text)
		}
		if got := strings.Join(said, "; "); err != nil || got != c.wrong || c.wrong == "" && string(request) != c.want {
			t.Errorf("%s: got %s, %q, %v, want %s, %q", name, request, got, err, c.want, c.wrong)
		}
	}
	if q := us.Asks[0]; q.Label("de") == q.Label("en") || q.Label("fr") != q.Label("en") || q.Hint("ar") == "" || q.Problem("xx") != q.Problems["en"] {
		t.Errorf("got %+v, want its texts by language, and English for all others", q)
	}
}
