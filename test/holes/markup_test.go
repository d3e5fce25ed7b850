package holes_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testworld"
)

const (
	// hostile is a name that leaves an attribute and an element, and that PHP would read as an object.
	hostile = `O:1:"a":0:{}'"><b id=zzx onzzx=1>`
	// hostileText is a longer text, as Markdown and as a calendar may read it.
	hostileText = hostile + "</textarea></title><script>zzx()</script>[x](javascript:zzx) ![y](x\"onerror=\"zzx) <svg/onload=zzx>\n\nATTENDEE:zzx\n]]>"
)

// TestTextsOfStrangersAreNoMarkup writes markup wherever somebody can write, and reads every route as everybody who sees it.
//
// GiveWP: CVE-2025-13206 (donor's name), CVE-2025-7205 (donor notes), CVE-2022-2215, CVE-2021-24315 (form texts); objects in a title, a name, a company and an
// address: CVE-2024-5932, CVE-2024-8353, CVE-2024-9634, CVE-2024-12877, CVE-2025-0912.
func TestTextsOfStrangersAreNoMarkup(t *testing.T) {
	t.Parallel()
	w := world(t)
	deface(t, w)
	shown := 0
	for _, r := range reads(w) {
		for _, caller := range readers {
			answer := ask(t, w, caller, r, "")
			if strings.Contains(answer.Body.String(), "zzx") {
				shown++
			}
			for _, wrong := range markup(answer.Header().Get("Content-Type"), answer.Body.Bytes()) {
				t.Errorf("%s as %s: got %s", r, caller, wrong)
			}
		}
	}
	if shown < 200 {
		t.Errorf("got the hostile texts in %d answers, want them to be shown in many", shown)
	}
}

// deface writes hostile texts as everybody who can.
func deface(t *testing.T, w *testcallers.World) {
	t.Helper()
	text := func(pairs ...any) string {
		fields := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			fields[pairs[i].(string)] = pairs[i+1]
		}
		body, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for _, one := range []struct{ caller, path, body string }{
		{"owner", "/current-user", text("username", hostile, "first_name", hostile, "last_name", hostile, "description", hostileText)},
		{"owner", "/campaigns/{campaign_id}", text("name", hostile, "description", hostileText)},
		{"owner", "/polls/{poll_id}", text("name", hostile, "options", []map[string]string{{"name": hostile}, {"name": "B"}})},
		{"owner", "/targets/{target_id}", text("name", hostile)},
		{"owner", "/rewards/{reward_id}", text("name", hostile, "description", hostileText, "custom_question", hostile)},
		{"owner", "/milestones/{milestone_id}", text("name", hostile)},
		{"owner", "/donation_matches/{donation_match_id}", text("matched_by", hostile)},
		{"owner", "/schedules/{schedule_id}", text("name", hostile, "description", hostileText)},
		{"super_admin", "/teams/{team_id}", text("name", hostile, "description", hostileText)},
		{"super_admin", "/team_campaigns/{team_campaign_id}", text("name", hostile, "description", hostileText)},
		{"cause_owner", "/fundraising_events/{fundraising_event_id}", text("name", hostile, "description", hostileText, "short_description", hostile, "message", hostileText)},
		{"cause_owner", "/causes/{cause_id}", text("name", hostile, "legal_name", hostile, "description", hostileText, "short_description", hostile)},
	} {
		write(t, w, one.caller, "PATCH", "/api/private"+one.path, one.body)
	}
	ctx, owner := t.Context(), testworld.As(w.Users["owner"])
	campaign := app.FactKey{Key: fund.Key{ID: must.Get(fund.ParseID(w.IDs["campaign_id"]))(t)}}
	must.Get(w.UpdateDonationSettings(ctx, owner, campaign, fund.DonationSettingsPatch{Thanks: fund.Some(hostileText), Words: fund.Some([]string{"zzx<b id=zzx>"})}))(t)
	must.Get(w.GiveGrants(ctx, owner, campaign, []fund.FactGrantInput{{Name: hostile, Roles: fund.GrantRoles(), EndsAt: w.Now().AddDate(0, 0, 9)}}))(t)
	_, _, _, err := w.CreateApplication(ctx, app.System(), app.NewApplication{Name: hostile, RedirectURIs: []string{"https://bot.test/"}, Owner: w.Users["owner"].ID})
	must.Do(t, err)
	by := testcallers.Browser{}
	page := w.Donate(t, &by, testcallers.CampaignPage, url.Values{"amount": {"20"}, "name": {hostile}, "comment": {hostileText}, "email": {"stranger@example.org"}})
	w.Leads(t, by, "POST", page, url.Values{"card": {"4242424242424242"}, "code": {"000"}})
}

// markup is what a text of the kind has in it and may not have.
func markup(contentType string, body []byte) []string {
	switch kind, _, _ := strings.Cut(contentType, ";"); kind {
	case "text/html":
		return inHTML(body)
	case "application/atom+xml", "image/svg+xml", "application/xml", "text/xml":
		return inXML(body)
	case "text/calendar":
		return inCalendar(body)
	default:
		return nil
	}
}

// inHTML finds elements and attributes of the hostile texts, and what no page of ours has: scripts and styles in it, handlers, addresses that run.
func inHTML(body []byte) (wrong []string) {
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return []string{err.Error()}
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "script" && n.FirstChild != nil || n.Data == "style" || n.Data == "object" || n.Data == "embed" {
			wrong = append(wrong, "an element "+n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" && !ownStyle.MatchString(a.Val) || a.Key == "srcdoc" || n.Data == "base" && a.Key == "href" || a.Key == "id" && a.Val == "zzx" || runs(a) {
				wrong = append(wrong, fmt.Sprintf("an element %s with %s=%q", n.Data, a.Key, a.Val))
			}
		}
	}
	return wrong
}

// savedCSV begins the address of a file that a browser saves, and that the page itself holds.
const savedCSV = "data:text/csv;charset=utf-8;base64,"

// ownStyle is how long a bar of an overlay is, or of how many characters an amount in one.
var ownStyle = regexp.MustCompile(`^(inline-size:\d{1,3}(\.\d)?%|--chars:\d{1,3})$`)

// runs reports whether an attribute is an address that a browser runs instead of opening it.
func runs(a html.Attribute) bool {
	switch a.Key {
	case "href", "src", "action", "formaction", "xlink:href", "poster", "data":
		scheme, _, found := strings.Cut(strings.ToLower(strings.TrimSpace(a.Val)), ":")
		return found && (scheme == "javascript" || scheme == "data" && !strings.HasPrefix(a.Val, savedCSV) || scheme == "vbscript")
	}
	return false
}

func inXML(body []byte) []string {
	for read := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := read.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return []string{err.Error()}
		}
		if element, is := token.(xml.StartElement); is && (element.Name.Local == "b" || element.Name.Local == "script") {
			return []string{"an element " + element.Name.Local}
		}
	}
}

// property is the beginning of a line of a calendar, or of its continuation.
var property = regexp.MustCompile(`^( |[A-Z-]+[;:])`)

func inCalendar(body []byte) (wrong []string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(string(body), "\r\n"), "\r\n") {
		if !property.MatchString(line) || strings.HasPrefix(line, "ATTENDEE") || strings.ContainsAny(line, "\r\n") {
			wrong = append(wrong, fmt.Sprintf("the line %q", line))
		}
	}
	return wrong
}
