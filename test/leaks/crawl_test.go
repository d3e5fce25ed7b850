package leaks_test

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/session"
)

// crawl is what one caller reads.
type crawl struct {
	*world
	by    caller
	asked map[string]bool
	queue []string
	// routes are those of the node, and found the ids in what the caller read.
	routes []api.Endpoint
	found  found
	// tried is how many changes of what others found were asked for.
	tried int
	// seen is where each secret was first.
	seen map[*secret]string
	// leaks are what the caller saw and may not see.
	leaks []string
}

// newCrawl is a crawl that has read nothing.
func (w *world) newCrawl(t *testing.T, name string) *crawl {
	t.Helper()
	return &crawl{world: w, by: w.who(t, name), asked: map[string]bool{}, seen: map[*secret]string{}, routes: w.Routes(), found: newFound()}
}

// readKnown reads everything that is known from the world.
func (c *crawl) readKnown(t *testing.T) {
	t.Helper()
	w := c.world
	for _, r := range w.Routes() {
		if r.Method == http.MethodGet && !strings.Contains(r.Pattern, "/openapi") {
			c.ask(w.addresses(t, r), strings.Contains(r.Pattern, "{donation_id}") || strings.HasSuffix(r.Pattern, "/giving"))
		}
	}
	c.ask(w.pages(), false)
	c.readAll(t)
}

// readAll reads what is queued, and what that leads to.
func (c *crawl) readAll(t *testing.T) {
	t.Helper()
	for len(c.queue) > 0 {
		address := c.queue[0]
		c.queue = c.queue[1:]
		c.get(t, address)
	}
}

// send asks for samples, and sends something to each route.
func (c *crawl) send(t *testing.T) {
	t.Helper()
	w := c.world
	for _, e := range w.events() {
		if c.chosen(e) {
			c.sample(t, e)
		}
	}
	for _, r := range w.Routes() {
		if strings.HasPrefix(r.Pattern, "/docs/") || strings.HasPrefix(r.Pattern, "/assets/") || strings.Contains(r.Pattern, "/openapi") {
			continue // files of the program
		}
		if strings.HasSuffix(r.Pattern, "/registrations") && r.Method == http.MethodPost {
			continue // it registers the caller
		}
		c.read(t, r.String(), w.Request(t, c.by.name, r))
	}
}

// ask queues addresses: all of them, or the first and some.
func (c *crawl) ask(addresses []string, all bool) {
	for i, address := range addresses {
		if all || i == 0 || c.chosen(address) {
			c.queue = append(c.queue, address)
		}
	}
}

// chosen reports whether the caller asks an address that it need not ask.
func (c *crawl) chosen(address string) bool {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, c.seed, c.by.name, address)
	return c.whole || h.Sum32()%c.asks == 0
}

// get reads an address once, and follows it.
func (c *crawl) get(t *testing.T, address string) {
	t.Helper()
	if c.asked[address] {
		return
	}
	c.asked[address] = true
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, testworld.BaseURL+address, http.NoBody)
	if token := c.Callers[c.by.name]; token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if cookie := c.Browsers[c.by.name].Cookie; cookie != "" && !strings.HasPrefix(address, "/api/") {
		request.Header.Set("Cookie", cookie)
	}
	answer := c.read(t, "GET "+address, request)
	c.follow(address, answer.Body.String())
	path, _, _ := strings.Cut(address, "?")
	c.found.collect(c.routes, path, answer.Body.String())
	if tag := answer.Header().Get("ETag"); tag != "" && answer.Code == http.StatusOK {
		again := request.Clone(t.Context())
		again.Header.Set("If-None-Match", tag)
		c.read(t, "conditional GET "+address, again)
	}
}

// read sends a request, and looks through the answer.
func (c *crawl) read(t *testing.T, what string, request *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	answer := c.Serve(request)
	elsewhere := strings.HasPrefix(request.URL.Path, "/account/openid/")
	slowed := request.Method == http.MethodPost && (request.URL.Path == testcallers.SignInPage || request.URL.Path == session.Prove || elsewhere || strings.HasSuffix(request.URL.Path, "/notices"))
	// Cards are drawn one after the other, and who asks for all of them at once is told to come later. Nobody runs the OpenID provider.
	busy := answer.Code == http.StatusServiceUnavailable && (strings.HasSuffix(request.URL.Path, "/card.png") || elsewhere)
	if answer.Code == http.StatusTooManyRequests && !slowed || answer.Code >= http.StatusInternalServerError && !busy {
		t.Errorf("%s as %s: got %d %.200s", what, c.by.name, answer.Code, answer.Body)
	}
	text := answer.Body.String()
	for name, values := range answer.Header() {
		text += "\n" + name + ": " + strings.Join(values, "\n")
	}
	for _, s := range c.secrets.in(text) {
		if _, before := c.seen[s]; before {
			continue
		}
		c.seen[s] = what
		if !c.may(c.by, s) {
			c.leaks = append(c.leaks, fmt.Sprintf("%s shows %s: %s", what, s.describe(c.world), around(text, s.text)))
		}
	}
	c.wantNoKeysOfOthers(what, text)
	return answer
}

// wantNoKeysOfOthers adds a leak for each key of a page that was mailed, but those of the caller's own donations.
func (c *crawl) wantNoKeysOfOthers(what, text string) {
	for key, donation := range c.keys {
		if strings.Contains(text, key) && !slices.Contains(c.by.donations, donation) {
			c.leaks = append(c.leaks, what+" shows the key of a page that somebody was mailed")
		}
	}
}

// describe says what a secret is without the text.
func (s *secret) describe(w *world) string {
	what := "the " + string(s.kind)
	for _, id := range s.donations {
		d := w.donations[id]
		what += fmt.Sprintf(" [of a donation to a %s of %v, %s, %s, anonymous %t]", d.FactKind, d.CauseID == w.cause, d.State, d.Screening, d.Anonymous)
	}
	return what
}

func around(text, secret string) string {
	at := strings.Index(strings.ToLower(text), secret)
	if at < 0 {
		return "(encoded)"
	}
	return strconv.Quote(text[max(0, at-60):min(len(text), at+60)])
}

var (
	link = regexp.MustCompile(`(?:href="|"(?:next|prev|url)":")((?:https://almoner\.test)?/[^"#]*)"`)
)

// mostPages is how many pages of one list are read.
const mostPages = 4

// follow queues what an answer leads to: the next pages of lists, links, and donations.
func (c *crawl) follow(address, body string) {
	path, query, _ := strings.Cut(address, "?")
	if strings.HasPrefix(path, "/api/p") || strings.HasPrefix(path, "/api/c") {
		for _, cursor := range encoded.FindAllStringSubmatch(body, -1) {
			if strings.Count(query, "page=") < mostPages {
				c.queue = append(c.queue, path+"?limit=3&after="+cursor[1]+strings.Repeat("&page=1", strings.Count(query, "page=")+1))
			}
		}
	}
	for _, to := range link.FindAllStringSubmatch(body, -1) {
		to := strings.ReplaceAll(strings.TrimPrefix(to[1], testworld.BaseURL), "&amp;", "&")
		if c.chosen(to) && !strings.HasPrefix(to, "/assets/") && !strings.HasPrefix(to, "/docs/") && !strings.Contains(to, "sign-out") {
			c.queue = append(c.queue, to)
		}
	}
}

// addresses are those of a route, for all that its parameters can be.
func (w *world) addresses(t *testing.T, r api.Endpoint) []string {
	t.Helper()
	if !strings.HasPrefix(r.Pattern, "/api/") {
		return nil
	}
	all := []string{r.Pattern}
	parts := strings.Split(r.Pattern, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		values := w.values(strings.Trim(part, "{}"), parts[i-1], strings.HasPrefix(r.Pattern, "/api/v3/"))
		for _, value := range values {
			more := slices.Clone(parts)
			more[i] = value
			all = append(all, strings.Join(more, "/"))
		}
	}
	var made []string
	for _, pattern := range all {
		address := w.Path(t, pattern)
		made = append(made, address)
		if strings.Contains(r.Pattern, "donation") && strings.HasPrefix(r.Pattern, "/api/v3/") {
			made = append(made, address+"?count=3")
		}
	}
	return made
}

// values are what a parameter can be, beside what it is in the shared world.
func (w *world) values(name, folder string, third bool) []string {
	if third {
		noun := map[string]string{"polls": "poll", "rewards": "reward", "challenges": "target", "milestones": "milestone", "schedule": "schedule"}[folder]
		if name == "registration" {
			return w.more[name]
		}
		if noun != "" {
			return w.more["v3 "+noun]
		}
		return w.numbers(folder)
	}
	if more := w.more[name]; more != nil {
		return more
	}
	switch name {
	case "donation_id":
		return texts(w.given)
	case "fact_id", "event_id":
		return texts(w.places)
	case "campaign_id":
		return w.ofKind(fund.KindCampaign)
	case "auction_house_id":
		return w.ofKind(fund.KindAuctionHouse)
	case "personal_campaign_id":
		return w.ofKind(fund.KindPersonalCampaign)
	case "team_campaign_id":
		return w.ofKind(fund.KindTeamCampaign)
	case "cause_id":
		return w.ofKind(fund.KindCause)
	case "user_id":
		var all []string
		for _, who := range w.others {
			if !who.user.IsZero() {
				all = append(all, who.user.String())
			}
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	return nil
}

func texts(ids []fund.ID) (all []string) {
	for _, id := range ids {
		all = append(all, id.String())
	}
	return all
}

func (w *world) ofKind(k fund.Kind) (all []string) {
	for _, id := range w.places {
		if w.facts[id].Kind == k {
			all = append(all, id.String())
		}
	}
	return all
}

// numbers are the facts below a folder of the third version.
func (w *world) numbers(folder string) (all []string) {
	kinds := map[string][]fund.Kind{
		"campaigns": {fund.KindCampaign, fund.KindTeamCampaign}, "campaign": {fund.KindCampaign}, "causes": {fund.KindCause},
		"fundraising-events": {fund.KindFundraisingEvent},
	}[folder]
	for _, id := range w.places {
		if f := w.facts[id]; slices.Contains(kinds, f.Kind) {
			all = append(all, strconv.FormatInt(f.LegacyID, 10))
		}
	}
	return all
}

// pages are the addresses of all facts and their owners for people.
func (w *world) pages() []string {
	all := []string{"/", "/metrics", "/healthz", "/readyz"}
	for _, id := range w.places {
		f := w.facts[id]
		path := "/cause/" + f.Slug
		switch {
		case f.Kind == fund.KindCause:
		case f.Kind == fund.KindTeamCampaign && f.Team != nil:
			path = "/+" + f.Team.Slug + "/" + f.Slug
		case f.User != nil:
			path = "/@" + f.User.Slug + "/" + f.Slug
		default:
			path = "/" + f.Cause.Slug + "/" + f.Slug
		}
		all = append(all, path, path+"/donate", path+"/donations.atom", path+"/schedule.ics", path+"/qr.svg", path+"/card.png", path+"/embed", "/embed/list"+path, "/@the-owner/run", "/@the-owner/run-2")
	}
	for _, id := range w.given {
		all = append(all, "/gifts/"+id.String(), "/gifts/"+id.String()+"/receipt", "/gifts/"+id.String()+"/receipt.pdf", "/gifts/"+id.String()+"/receipt/1", "/gifts/"+id.String()+"/pay", "/gifts/paid/"+id.String())
	}
	return all
}

// events are the webhook messages of which an application asks for a sample.
func (w *world) events() (all []string) {
	for _, event := range append(fund.WebhookEventTypes(), fund.WebhookRelayType) {
		for _, id := range w.places {
			all = append(all, fmt.Sprintf(`{"event_type":%q,"fact_id":%q}`, event, id))
		}
	}
	return all
}

// sample asks for a sample of a webhook message.
func (c *crawl) sample(t *testing.T, body string) {
	t.Helper()
	endpoint := c.IDs[c.by.name]
	if c.by.name == "application" {
		endpoint = c.IDs["webhook_endpoint_id"]
	}
	if endpoint == "" {
		return
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/private/webhook_endpoints/"+endpoint+"/samples", strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+c.Callers[c.by.name])
	c.read(t, "sample "+body, request)
}

// crawlAll reads everything as everybody, then asks as everybody for what anybody found.
func (w *world) crawlAll(t *testing.T, names []string) []*crawl {
	t.Helper()
	all, found := make([]*crawl, len(names)), newFound()
	for i, name := range names {
		all[i] = w.newCrawl(t, name)
	}
	atOnce(all, func(c *crawl) { c.readKnown(t) })
	for _, c := range all {
		found.merge(c.found)
	}
	atOnce(all, func(c *crawl) {
		c.tryFound(t, found)
		c.send(t)
	})
	return all
}

// atOnce does something with everybody, two at a time.
func atOnce(all []*crawl, do func(*crawl)) {
	turns := make(chan bool, 2)
	var reading sync.WaitGroup
	for _, c := range all {
		reading.Go(func() {
			turns <- true
			do(c)
			<-turns
		})
	}
	reading.Wait()
}
