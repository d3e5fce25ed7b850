package text_test

import (
	"html/template"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
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
		{text.English.Text("donate.title"), "donate.title"},
		{text.English.Language(), "en"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestRichEscapesWhatIsNotMarkup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		got, want template.HTML
	}{
		{text.English.Rich("donate.title", "Name", "<b>"), "Donate to &lt;b&gt;"},
		{text.English.Rich("donate.title", "Name", text.Name("<b>")), "Donate to <bdi>&lt;b&gt;</bdi>"},
		{text.English.Rich("donate.title", "Name", text.Strong("<b>")), "Donate to <strong>&lt;b&gt;</strong>"},
		{text.English.Rich("reward.left", "Count", int64(1), "Number", "1"), "1 left"},
		{text.Link("/@ana?a&b\"", "<A>"), `<a href="/@ana?a&amp;b&#34;"><bdi>&lt;A&gt;</bdi></a>`},
		{text.Link("javascript:alert(1)", "A"), `<a href="/"><bdi>A</bdi></a>`},
		{text.Link("//evil.example", "A"), `<a href="/"><bdi>A</bdi></a>`},
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
