package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// valueOf is what a field of a page holds, or "checked" for a choice that is made.
func (a answer) valueOf(id string) string {
	tag := regexp.MustCompile(`<(?:input|textarea) id="` + regexp.QuoteMeta(id) + `"[^>]*>[^<]*|<input type="radio" id="` + regexp.QuoteMeta(id) + `"[^>]*>`).FindString(a.body)
	if strings.Contains(tag, " checked") {
		return "checked"
	}
	if _, said, is := strings.Cut(tag, `value="`); is {
		said, _, _ = strings.Cut(said, `"`)
		return said
	}
	_, said, _ := strings.Cut(tag, ">")
	return said
}

func TestLinksFillInTheForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	stall := h.stall(t)
	option, target := strconv.FormatInt(stall.open.Options[1].LegacyID, 10), strconv.FormatInt(stall.target.LegacyID, 10)
	link := page + "?" + url.Values{
		"amount": {"25"}, "name": {"Zed <1>"}, "comment": {"Hi & go"}, "poll_option": {option}, "target": {target}, "email": {"mallory@example.org"},
		"reward": {strconv.FormatInt(stall.sticker.LegacyID, 10)}, "anonymous": {"1"}, "cover": {"1"},
	}.Encode()
	got := h.donor().get(link)
	for id, want := range map[string]string{
		"preset-1": "checked", "preset-other": "other", "amount": "", "name": "Zed &lt;1&gt;", "comment": "Hi &amp; go", "poll_option-" + option: "checked",
		"target-" + target: "checked", "email": "", "reward-" + strconv.FormatInt(stall.sticker.LegacyID, 10): "1",
	} {
		if value := got.valueOf(id); value != want {
			t.Errorf("%s: got %q, want %q", id, value, want)
		}
	}
	if strings.Contains(got.body, `id="anonymous" name="anonymous" value="1" checked`) || strings.Contains(got.body, `id="cover" name="cover" value="1" checked`) {
		t.Error("got a choice that the link may not make")
	}
	if !strings.Contains(got.body, `<span class="picked picked-1 now"><bdi>B</bdi></span>`) {
		t.Errorf("got a folded vote that does not name what is chosen:\n%s", got.body)
	}
}

func TestLinksFillInAmounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for said, want := range map[string]string{"12.5": "12.50", "1234": "1,234.00", "25,00": "25,00", "lots": "lots", "-5": "-5"} {
		got := h.donor().get(page + "?amount=" + url.QueryEscape(said))
		if got.valueOf("preset-other") != "checked" || got.valueOf("amount") != want {
			t.Errorf("%q: got %q typed, want %q", said, got.valueOf("amount"), want)
		}
	}
	german := h.donor()
	german.languages = "de"
	if got := german.get(page + "?amount=1234.5"); got.valueOf("amount") != "1.234,50" {
		t.Errorf("got %q for a German browser, want 1.234,50", got.valueOf("amount"))
	}
	// What a link says is checked as if it were typed.
	g := h.donor()
	if got := g.send(http.MethodPost, page, g.get(page+"?amount=lots").form("preset", "other", "amount", "lots").Encode()); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d, want 422", got.StatusCode)
	}
}

// maxFirstVisit is how many bytes the first page may have, with what it loads and before anything is compressed.
const maxFirstVisit = 100_000

func TestTheFirstVisitIsSmall(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	for _, path := range []string{"/", "/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug, "/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug + "/donate"} {
		body := get(pages, path).Body.String()
		all := len(body)
		for _, found := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]*)"`).FindAllStringSubmatch(body, -1) {
			all += get(pages, found[1]).Body.Len()
		}
		if all > maxFirstVisit || all < 20_000 {
			t.Errorf("%s: got %d bytes, want %d at most, and all that the page loads", path, all, maxFirstVisit)
		}
	}
}
