package text_test

import (
	"html/template"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/text"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		got, want string
	}{
		{text.English.Text("donate.submit"), "Continue to payment"},
		{text.English.Text("donate.title", "Name", "<b>"), "Donate to <b>"},
		{text.English.Text("wait.seconds", "Count", 1), "1 second"},
		{text.English.Text("wait.seconds", "Count", int64(2)), "2 seconds"},
		{text.English.Text("reward.left", "Count", int64(2000), "Number", "2,000"), "2,000 left"},
		{text.English.Text("nothing.here"), "nothing.here"},
		{text.English.Text("donate.title", "Name", "\u202eadA"), "Donate to \u2068\u202eadA\u202c\u2069"},
		{text.English.Text("donate.title"), "donate.title"},
		{text.English.Language(), "en"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCountry(t *testing.T) {
	t.Parallel()
	for _, l := range text.Locales() {
		if got := l.Country("FR"); got == "FR" || got == "" {
			t.Errorf("%s: got %q, want the name of France", l.Language(), got)
		}
	}
	for _, c := range []struct{ got, want string }{
		{text.English.Country("GB"), "United Kingdom"}, {text.German.Country("GB"), "Vereinigtes Königreich"}, {text.English.Country("USA"), "United States"},
		{text.English.Country("us"), "United States"}, {text.English.Country("Germany"), "Germany"}, {text.English.Country("ZZ"), "ZZ"}, {text.English.Country(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// named is a string of another type, as those of the domain are.
type named string

func TestRichEscapesWhatIsNotMarkup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		got, want template.HTML
	}{
		{text.English.Rich("donate.title", "Name", "<b>"), "Donate to &lt;b&gt;"},
		{text.English.Rich("donate.title", "Name", named("<b>")), "Donate to &lt;b&gt;"},
		{text.English.Rich("donate.title", "Name", []string{"<b>"}), "Donate to [&lt;b&gt;]"},
		{text.English.Rich("donate.title", "Name", text.Name("<b>")), "Donate to <bdi>&lt;b&gt;</bdi>"},
		{text.English.Rich("donate.title", "Name", text.Name("a\u2069b")), "Donate to <bdi>ab</bdi>"},
		{text.English.Rich("donate.title", "Name", "\u202e<b>"), "Donate to \u2068\u202e&lt;b&gt;\u202c\u2069"},
		{text.English.Rich("donate.title", "Name", text.Strong("<b>")), "Donate to <strong>&lt;b&gt;</strong>"},
		{text.English.Rich("reward.left", "Count", int64(1), "Number", "1"), "1 left"},
		{text.Link("/@ana?a&b\"", "<A>"), `<a href="/@ana?a&amp;b&#34;"><bdi>&lt;A&gt;</bdi></a>`},
		{text.Link("javascript:alert(1)", "A"), `<a href="/"><bdi>A</bdi></a>`},
		{text.Link("//evil.example", "A"), `<a href="/"><bdi>A</bdi></a>`},
		{text.Link(`/\evil.example`, "A"), `<a href="/"><bdi>A</bdi></a>`},
		{text.Mailto("a?b@example.org"), `<a href="mailto:a%3Fb@example.org"><bdi>a?b@example.org</bdi></a>`},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{
		0: "1 second", time.Second: "1 second", 1500 * time.Millisecond: "2 seconds", time.Minute: "60 seconds", 61 * time.Second: "2 minutes",
		time.Hour: "60 minutes", time.Hour + 1: "2 hours", 25 * time.Hour: "25 hours",
	} {
		if got := text.English.Wait(wait); got != want {
			t.Errorf("%s: got %q, want %q", wait, got, want)
		}
	}
}

func TestEveryReasonHasItsText(t *testing.T) {
	t.Parallel()
	const otherwise = text.ID("reason.too_late")
	for _, reason := range fund.PaymentReasons() {
		if got := text.English.Reason(reason, otherwise); got == text.English.Text(otherwise) || strings.HasPrefix(got, "reason.") {
			t.Errorf("%q: got %q, want a text of its own", reason, got)
		}
	}
	for _, foreign := range []string{"", "Your card was declined. (request req_1)", "the card was declined."} {
		if got := text.English.Reason(foreign, otherwise); got != text.English.Text(otherwise) {
			t.Errorf("%q: got %q, want the text for a payment without a reason", foreign, got)
		}
	}
}

func TestAmountsOfSeveralCurrencies(t *testing.T) {
	t.Parallel()
	sums := []money.Sum{{Minor: 120000, Currency: "USD"}, {Minor: 5000, Currency: "JPY"}}
	if got := text.English.Amounts(sums); got != "$1,200.00 + ¥5,000" {
		t.Errorf("got %s", got)
	}
	if got := text.German.Amounts(sums); got != "1.200,00\u00a0$ + 5.000\u00a0¥" {
		t.Errorf("got %s", got)
	}
}

func TestArabicPutsWhatOthersWroteApart(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{text.Arabic.Text("share.text", "Name", "Ana!"), "ادعم \u2068Ana!\u2069"},
		{text.Arabic.Text("site.raised", "Raised", "12.00 $"), "جُمع \u206812.00 $\u2069"},
		{text.Arabic.Text("receipt.number", "Number", "12"), "رقم 12"},
		{text.Arabic.Direction(), "rtl"},
		{text.German.Direction(), "ltr"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %+q, want %+q", c[0], c[1])
		}
	}
}

// TestTimeZonesAreNamed wants dates in the zone that their instant has, and never without its name.
func TestTimeZonesAreNamed(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)
	winter := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	berlin := must.Get(time.LoadLocation("Europe/Berlin"))(t)
	for _, c := range []struct {
		locale *text.Locale
		at     time.Time
		want   string
	}{
		{text.English, at.In(berlin), "2 July 2026, 00:30 CEST"},
		{text.German, at.In(berlin), "2. Juli 2026, 00:30 Uhr MESZ"},
		{text.German, winter.In(berlin), "1. Januar 2027, 00:30 Uhr MEZ"},
		{text.German, at, "1. Juli 2026, 22:30 Uhr UTC"},
		{text.English, winter.In(must.Get(time.LoadLocation("America/New_York"))(t)), "31 December 2026, 18:30 EST"},
		{text.English, at.In(must.Get(time.LoadLocation("America/Sao_Paulo"))(t)), "1 July 2026, 19:30 UTC−03:00"},
		{text.English, at.In(must.Get(time.LoadLocation("Asia/Kathmandu"))(t)), "2 July 2026, 04:15 UTC+05:45"},
		{text.English, at.In(time.FixedZone("", -90*60)), "1 July 2026, 21:00 UTC−01:30"},
		{text.English, at.In(time.Local), "1 July 2026, 22:30 UTC"},
	} {
		if got := c.locale.Instant(c.at); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at           time.Time
		day, instant string
	}{
		{time.Date(2026, 11, 2, 15, 4, 59, 0, time.UTC), "2 November 2026 (UTC)", "2 November 2026, 15:04 UTC"},
		{time.Date(2027, 1, 1, 3, 5, 0, 0, time.UTC), "1 January 2027 (UTC)", "1 January 2027, 03:05 UTC"},
		{time.Date(2999, 12, 31, 23, 59, 59, 0, time.UTC), "31 December 2999 (UTC)", "31 December 2999, 23:59 UTC"},
	} {
		if got := text.English.Day(c.at); got != c.day {
			t.Errorf("%s: got the day %q, want %q", c.at, got, c.day)
		}
		if got := text.English.Instant(c.at); got != c.instant {
			t.Errorf("%s: got the instant %q, want %q", c.at, got, c.instant)
		}
		want := template.HTML(`<time datetime="` + c.at.UTC().Format(time.RFC3339) + `">` + c.instant + "</time>")
		if got := text.English.Moment(c.at); got != want {
			t.Errorf("%s: got %s, want %s", c.at, got, want)
		}
	}
	for month := time.January; month <= time.December; month++ {
		at := time.Date(2026, month, 28, 0, 0, 0, 0, time.UTC)
		if got, want := text.English.Day(at), "28 "+month.String()+" 2026 (UTC)"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestPagesHaveNoDatesOfTheirOwn wants no layout with the name of a month but in the catalogue: it is English in every language.
// The files of the European Central Bank are read with one, and so is the header Retry-After.
func TestPagesHaveNoDatesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for path, source := range sources(t, ".go") {
		if strings.HasSuffix(path, "internal/ecb/ecb.go") || strings.HasSuffix(path, "internal/fund/webhook_decide.go") {
			continue
		}
		if strings.Contains(source, "January 2006") || strings.Contains(source, "Jan 2006") || strings.Contains(source, "Jan 2") {
			t.Errorf("%s formats a date in English; want Day, Instant or Moment of the texts", path)
		}
	}
}
