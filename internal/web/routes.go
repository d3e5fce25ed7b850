package web

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/web/ui"
)

// The methods of pages that are read, and of those with a form.
const (
	readMethods = "GET, HEAD, OPTIONS"
	formMethods = "GET, HEAD, OPTIONS, POST"
)

// route is a row of the pages: where they are, and what serves them.
type route struct {
	pattern string
	methods string
	serve   http.HandlerFunc
	// parts are the pattern split at its slashes, for a page of one visitor.
	parts []string
}

// shared are the pages that are the same for all visitors, as http.ServeMux finds them.
func (s *Site) shared() []route {
	return []route{
		{pattern: "/{$}", methods: readMethods, serve: s.page(s.home)},
		{pattern: "/{first}", methods: readMethods, serve: s.page(s.owner)},
		{pattern: "/{first}/{second}", methods: readMethods, serve: s.page(s.below)},
		{pattern: "/cause/{first}", methods: readMethods, serve: s.page(s.cause)},
		{pattern: "/{first}/{second}" + feedPath, methods: readMethods, serve: s.page(s.fileOf(s.donationFeed))},
		{pattern: "/cause/{first}" + feedPath, methods: readMethods, serve: s.page(s.fileOf(s.donationFeed))},
		{pattern: "/{first}/{second}" + calendarPath, methods: readMethods, serve: s.page(s.fileOf(s.schedule))},
		{pattern: "/{first}/{second}" + codePath, methods: readMethods, serve: s.page(s.fileOf(s.donateCode))},
		{pattern: "/cause/{first}" + codePath, methods: readMethods, serve: s.page(s.fileOf(s.donateCode))},
		{pattern: "/{first}/{second}" + cardPath, methods: readMethods, serve: s.page(s.fileOf(s.socialCard))},
		{pattern: "/cause/{first}" + cardPath, methods: readMethods, serve: s.page(s.fileOf(s.socialCard))},
		{pattern: "/{first}/{second}" + embedPath, methods: readMethods, serve: s.page(s.fileOf(s.embeds))},
		{pattern: "/cause/{first}" + embedPath, methods: readMethods, serve: s.page(s.fileOf(s.embeds))},
		{pattern: embedPrefix + "{kind}/{first}/{second}", methods: readMethods, serve: s.page(s.embedded)},
		{pattern: embedPrefix + "{kind}/cause/{first}", methods: readMethods, serve: s.page(s.embedded)},
		{pattern: "/assets/{asset}", methods: readMethods, serve: s.asset},
		{pattern: "/robots.txt", methods: readMethods, serve: s.page(s.robots)},
		{pattern: "/sitemap.xml", methods: readMethods, serve: s.page(s.sitemap)},
		{pattern: "/favicon.ico", methods: readMethods, serve: s.page(s.favicon)},
		{pattern: "/.well-known/security.txt", methods: readMethods, serve: s.page(s.security)},
		{pattern: ui.AssetPath + showcaseName, methods: readMethods, serve: s.page(s.showcase)},
	}
}

// personal are the pages of one visitor: the first row whose pattern matches serves. They come before all shared ones.
func (s *Site) personal() []route {
	key := func(of func(string) http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { of(r.PathValue("key"))(w, r) }
	}
	numbered := func(of func(key, number string) http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { of(r.PathValue("key"), r.PathValue("number"))(w, r) }
	}
	ofCause := func(w http.ResponseWriter, r *http.Request) { s.donate(causeKey(r.PathValue("cause")))(w, r) }
	rows := []route{
		{pattern: searchPath, methods: readMethods, serve: s.search},
		{pattern: giftsPath, methods: formMethods, serve: s.findGifts},
		{pattern: findPath + "{key}", methods: formMethods, serve: key(s.openGifts)},
		{pattern: contactPath + "{key}", methods: formMethods, serve: key(s.contact)},
		{pattern: minePath, methods: formMethods, serve: s.myGifts},
		{pattern: statementPath + "{cause}/{year}", methods: readMethods, serve: s.statement},
		{pattern: erasePath, methods: formMethods, serve: s.eraseGifts},
		{pattern: donationPath + returnedName + "/{key}", methods: readMethods, serve: key(s.returned)},
		{pattern: donationPath + "{key}", methods: readMethods, serve: key(s.donationPage)},
		{pattern: donationPath + "{key}" + paymentPath, methods: readMethods, serve: key(s.openPayment)},
		{pattern: donationPath + "{key}" + receiptPath, methods: readMethods, serve: numbered(s.receipt)},
		{pattern: donationPath + "{key}" + spellingPath, methods: formMethods, serve: key(s.spelling)},
		{pattern: donationPath + "{key}" + receiptPath + filePath, methods: readMethods, serve: key(s.receiptFile)},
		{pattern: donationPath + "{key}" + receiptPath + "/{number}", methods: readMethods, serve: numbered(s.receipt)},
		{pattern: donationPath + "{key}" + problemPath, methods: formMethods, serve: key(s.problemPage)},
		{pattern: "/{cause}" + DonatePath, methods: formMethods, serve: ofCause},
		{pattern: "/cause/{cause}" + DonatePath, methods: formMethods, serve: ofCause},
		{pattern: "/{owner}/{slug}" + DonatePath, methods: formMethods, serve: func(w http.ResponseWriter, r *http.Request) {
			s.donate(keyBelow(r.PathValue("owner"), r.PathValue("slug")))(w, r)
		}},
	}
	for i := range rows {
		rows[i].parts = strings.Split(rows[i].pattern, "/")
	}
	return rows
}

// find is what serves the path of a request, and the methods that it takes.
func (s *Site) find(r *http.Request) (serve http.HandlerFunc, methods string) {
	at := strings.Split(r.URL.Path, "/")
	for _, p := range s.own {
		if p.matches(r, at) {
			return p.serve, p.methods
		}
	}
	return s.mux.ServeHTTP, readMethods
}

// matches reports whether the path of the request, split at its slashes, has the pattern, and then sets it and its path values. What begins a path of two parts with @ or
// + is a user or a team, and no cause.
func (p route) matches(r *http.Request, got []string) bool {
	want := p.parts
	if len(want) != len(got) || want[1] == "{cause}" && strings.ContainsAny(got[1][:min(1, len(got[1]))], "@+") {
		return false
	}
	for i, name := range want {
		if name != got[i] && !strings.HasPrefix(name, "{") {
			return false
		}
	}
	r.Pattern = p.pattern
	for i, name := range want {
		if strings.HasPrefix(name, "{") {
			r.SetPathValue(strings.Trim(name, "{}"), got[i])
		}
	}
	return true
}

// Endpoints are all pages and forms.
func (s *Site) Endpoints() []api.Endpoint {
	var all []api.Endpoint
	for _, p := range append(s.shared(), s.own...) {
		pattern := strings.TrimSuffix(p.pattern, "{$}")
		all = append(all, api.Endpoint{Method: http.MethodGet, Pattern: pattern})
		if p.methods == formMethods {
			all = append(all, api.Endpoint{Method: http.MethodPost, Pattern: pattern})
		}
	}
	return all
}
