package holes_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
)

// writings are what is written into forms: markup for every place of a page, formulas, commands of chats, templates, and what ends lines of headers, mails and calendars.
var writings = []string{
	hostile, hostileText, `zzx"onmouseover="zzx()"autofocus="`, `zzx' onfocus='zzx()`, "zzx</script><script>zzx()</script><!--", `zzx</textarea></title></style><b id=zzx>`, "zzx]]></name><script/>",
	"javascript:zzx()//", `https://zzx.test/"onerror="zzx`, `=HYPERLINK("https://evil.test/?zzx","zzx")`, "\t=zzx", "\uff1dcmd|' /C zzx'!A0", "@SUM(zzx)", "+zzx", "-zzx", "/ban zzx", ".timeout zzx", "!zzx",
	"{{.Key}}${zzx}<%= zzx %>", "zzx\r\nBcc: zzx@evil.test\r\n\r\n<b id=zzx>", "zzx\nEND:VEVENT\nBEGIN:VEVENT\nATTENDEE:zzx", "zzx\u2028ATTENDEE:zzx\u0085BEGIN:VALARM", "\u202ezzx\u2066<b id=zzx>",
	`zzx\";<b id=zzx>`, "&lt;b id=zzx&gt;zzx&#60;script&#62;", "zzx, /ban zzx",
}

const (
	// rounds is how often every field of every form is written, in the first with markup, and then with the writings in turn.
	rounds = 3
	// leastStored is how many answers show at least what was written.
	leastStored = 1000
	// leastWritten is how many forms with texts are taken at least.
	leastWritten = 25
)

// writers fill in the forms: the first of them who has a form.
var writers = []string{"owner", "super_admin", "cause_owner", testcallers.Volunteer, "donor", "anonymous", "operator"}

// TestWhatFormsTakeStaysText fills in every form, all its fields at once and each alone, and wants the answers, and every page, feed, calendar and file for everybody who reads it, to show what was
// written as text.
func TestWhatFormsTakeStaysText(t *testing.T) {
	t.Parallel()
	w := world(t)
	taken, shown := map[string]bool{}, 0
	for round := range rounds {
		for k, r := range forms(w) {
			for _, caller := range writers {
				if !ends(r.Pattern) && formAt(t, w, caller, w.Request(t, caller, r).URL.Path) != nil {
					sent := scrawl(t, w, caller, r, func(field int) string { return writings[round*(round+k+field)%len(writings)] })
					taken[r.Pattern] = sent != nil || taken[r.Pattern]
					break
				}
			}
		}
		for _, r := range reads(w) {
			for _, caller := range append([]string{testcallers.Volunteer, "super_admin"}, readers...) {
				answer := ask(t, w, caller, r, "")
				if strings.Contains(answer.Body.String(), "zzx") {
					shown++
				}
				staysText(t, fmt.Sprintf("%s as %s in round %d", r, caller, round), answer)
			}
		}
		exported(t, w)
		spoken(t, w)
	}
	write(t, w, "owner", http.MethodPatch, "/api/private/campaigns/{campaign_id}", `{"name":"/ban zzx"}`)
	spoken(t, w)
	maps.DeleteFunc(taken, func(_ string, was bool) bool { return !was })
	if len(taken) < leastWritten || shown < leastStored {
		t.Errorf("got %d forms taken, and what they took in %d answers, want %d and %d at least", len(taken), shown, leastWritten, leastStored)
	}
}

// scrawl writes into all texts of a form, and instead of what is refused what else may be there, until the form is taken: those fields, or nil for a form
// without texts, and for one that is never taken.
func scrawl(t *testing.T, w *testcallers.World, caller string, r api.Endpoint, writing func(field int) string) url.Values {
	t.Helper()
	refused := map[string]int{}
	for range mostTries {
		request := w.Request(t, caller, r)
		form := formAt(t, w, caller, request.URL.Path)
		if form == nil {
			return nil
		}
		fields, texts := posted(t, request), textsOf(form)
		for name, values := range fieldsOf(form) {
			fields[name] = values
		}
		for n := range form.Descendants() {
			if name := attribute(n, "name"); n.Data == "button" && name != "" && !fields.Has(name) {
				fields.Set(name, attribute(n, "value"))
			}
		}
		for j, name := range texts {
			fields.Set(name, writing(j))
		}
		for name, times := range refused {
			fields.Set(name, slices.Concat([]string{valueOf(form, name)}, instead)[times%(len(instead)+1)])
		}
		answer := w.Serve(resent(request, fields))
		staysText(t, fmt.Sprintf("%s as %s", r, caller), answer)
		if answer.Code < http.StatusBadRequest {
			return map[bool]url.Values{true: fields}[len(texts) > 0]
		}
		if answer.Code != http.StatusUnprocessableEntity {
			return nil
		}
		for n := range must.Get(html.Parse(bytes.NewReader(answer.Body.Bytes())))(t).Descendants() {
			if name := attribute(n, "name"); name != "" && attribute(n, "aria-invalid") == "true" {
				refused[name]++
			}
		}
	}
	return nil
}

// instead is what is written instead of what is refused, and mostTries how often a form is sent until it is taken.
var instead = []string{"", "https://example.org/zzx", "zzx@example.org", "100", "zzx-1", "2036-06-01T18:00"}

const mostTries = 8

// valueOf is what a field of a form has.
func valueOf(form *html.Node, name string) string {
	for n := range form.Descendants() {
		if attribute(n, "name") == name {
			return cmp.Or(attribute(n, "value"), textOf(n))
		}
	}
	return ""
}

// ends reports whether a form ends something, so that others cannot be filled in any more.
func ends(pattern string) bool {
	for _, act := range strings.Fields("delete retire discard disband end withdraw remove leave move off renew sign-out erase") {
		if strings.HasSuffix(pattern, "/"+act) {
			return true
		}
	}
	return false
}

// exported wants each export of the campaign, as somebody who sees the donors, to be text.
func exported(t *testing.T, w *testcallers.World) {
	t.Helper()
	page, by := "/dashboard/"+w.IDs["fact_id"]+"/export", w.Browsers["cause_finance"]
	for _, what := range []string{"donations", "entries", "claims"} {
		for _, format := range []string{"csv", "json", "xlsx"} {
			fields := testcallers.Hidden(w.VisitAt(t, by, http.MethodGet, page, nil).Body.String())
			fields.Set("what", what)
			fields.Set("format", format)
			answer := w.VisitAt(t, by, http.MethodPost, page, fields)
			if answer.Code != http.StatusOK {
				t.Errorf("%s as %s: got %d %s", what, format, answer.Code, answer.Body)
			}
			staysText(t, what+" as "+format, answer)
		}
	}
}

// spoken wants what bots say in a chat to be a line without a command.
func spoken(t *testing.T, w *testcallers.World) {
	t.Helper()
	for _, value := range strings.Fields("{name} {cause} {last} {last-name} {last-comment} {top-name} {next-milestone} {poll/1}") {
		staysText(t, value, w.VisitAt(t, testcallers.Browser{}, http.MethodGet, "/text"+testcallers.CampaignPage+"/last?"+url.Values{"template": {value}}.Encode(), nil))
	}
}

// formAt is the form that leads to a path, on the page there or above it; nil for none that the caller has.
func formAt(t *testing.T, w *testcallers.World, caller, to string) *html.Node {
	t.Helper()
	for page := to; strings.Count(page, "/") > 0 && page != ""; page = page[:strings.LastIndex(page, "/")] {
		answer := w.VisitAt(t, w.Browsers[caller], http.MethodGet, page, nil)
		for n := range must.Get(html.Parse(bytes.NewReader(answer.Body.Bytes())))(t).Descendants() {
			if n.Type == html.ElementNode && n.Data == "form" && (attribute(n, "action") == to || attribute(n, "action") == "" && page == to) {
				return n
			}
		}
	}
	return nil
}

// textsOf are the names of the fields of a form that take any text.
func textsOf(form *html.Node) (names []string) {
	for n := range form.Descendants() {
		name, mode := attribute(n, "name"), attribute(n, "inputmode")
		line := n.Data == "input" && slices.Contains([]string{"", "text", "search", "url"}, attribute(n, "type")) && (mode == "" || mode == "url")
		if name != "" && n.Type == html.ElementNode && (line || n.Data == "textarea") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// staysText wants an answer to show what was written as text, in whatever it is.
func staysText(t *testing.T, asked string, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code >= http.StatusInternalServerError && answer.Code != http.StatusServiceUnavailable {
		t.Errorf("%s: got %d %s", asked, answer.Code, answer.Body)
	}
	for name, values := range answer.Header() {
		for _, value := range values {
			if strings.ContainsAny(value, "\r\n\x00") || strings.HasPrefix(name, "Bcc") {
				t.Errorf("%s: got the header %s: %q", asked, name, value)
			}
		}
	}
	if file := answer.Header().Get("Content-Disposition"); file != "" {
		if _, parameters, err := mime.ParseMediaType(file); err != nil || strings.ContainsAny(parameters["filename"], `/\"<>`) {
			t.Errorf("%s: got the file %q", asked, file)
		}
	}
	wrong := markup(answer.Header().Get("Content-Type"), answer.Body.Bytes())
	if answer.Code < http.StatusBadRequest {
		wrong = append(wrong, inFile(answer.Header().Get("Content-Type"), answer.Body.Bytes())...)
	}
	for _, one := range wrong {
		t.Errorf("%s: got %s", asked, one)
	}
}

// inFile finds what programs would run of an answer that is no page.
func inFile(contentType string, body []byte) (wrong []string) {
	switch kind, _, _ := strings.Cut(contentType, ";"); kind {
	case "text/csv":
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
		if err != nil {
			return []string{err.Error()}
		}
		for _, cell := range slices.Concat(rows...) {
			if strings.Contains(cell, "zzx") && strings.ContainsAny(cell[:1], "=+-@\t\r\n|") || strings.HasPrefix(cell, "\uff1d") {
				wrong = append(wrong, fmt.Sprintf("the cell %q", cell))
			}
		}
	case "application/x-ndjson":
		for line := range bytes.Lines(body) {
			if !json.Valid(line) {
				wrong = append(wrong, fmt.Sprintf("the line %q", line))
			}
		}
	case "application/json":
		if !json.Valid(body) {
			wrong = append(wrong, fmt.Sprintf("%q", body))
		}
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		wrong = inWorkbook(body)
	case "application/pdf":
		for _, act := range []string{"/JavaScript", "/JS", "/Launch", "/OpenAction", "evil.test"} {
			if bytes.Contains(body, []byte(act)) {
				wrong = append(wrong, "the act "+act)
			}
		}
	case "text/plain": // which bots say in a chat
		if text := string(body); strings.Contains(text, "zzx") && (strings.ContainsAny(text[:1], "/.!") || strings.ContainsAny(strings.TrimSuffix(text, "\n"), "\r\n\u2028\u0085\x00")) {
			wrong = append(wrong, fmt.Sprintf("%q", text))
		}
	}
	return wrong
}

// inWorkbook finds formulas and links in a workbook.
func inWorkbook(body []byte) (wrong []string) {
	book, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return []string{err.Error()}
	}
	for _, file := range book.File {
		part, err := file.Open()
		if err != nil {
			return []string{err.Error()}
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return []string{err.Error()}
		}
		for _, runs := range []string{"<f>", "<f ", "hyperlink", "externalLink", "<b id", "<script"} {
			if bytes.Contains(text, []byte(runs)) {
				wrong = append(wrong, file.Name+" with "+runs)
			}
		}
	}
	return wrong
}
