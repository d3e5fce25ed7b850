// Package archtest holds the import rules of Almoner: which room may look into which.
//
// The table below is the contract. Its test compares it with what `go list` sees and names, for
// each forbidden edge, the reason why it is forbidden. A package that is not in the table fails
// too: a new room first says what lives there. Tests may import what they need.
package archtest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Module is the path that all packages of Almoner start with.
const Module = "github.com/almoner/almoner"

// Package is one package and what it imports outside of its tests, as full import paths.
type Package struct {
	Path    string
	Imports []string
}

// anything, as the only entry of a room's may list, lets it import every room but the test helpers.
const anything = "*"

// room is one row of the table.
type room struct {
	may []string // rooms, as paths below the module
	why string   // the reason for the limits
}

// rooms is the table: the path below the module, what it may import, and why no more. A path that ends in * is the row
// of all rooms there that have none of their own; among what a room may import it is all rooms there.
var rooms = map[string]room{
	"internal/fault":           {nil, "the error type is the bottom of everything"},
	"internal/money":           {[]string{"internal/fault"}, "amounts know no domain"},
	"internal/glyph":           {nil, "what people see of a text is a matter of Unicode alone"},
	"internal/shade":           {nil, "computing with colors knows no page"},
	"internal/postal":          {nil, "what addresses have is a matter of their countries alone"},
	"internal/fund":            {[]string{"internal/fault", "internal/money", "internal/glyph", "internal/shade", "internal/postal"}, "the domain is pure rules: no I/O, no wire, no store"},
	"internal/logthrottle":     {[]string{"internal/fault"}, "the log's throttle knows records and faults, and nobody who writes them"},
	"internal/killpoint":       {nil, "places to be killed at know nobody"},
	"internal/sound":           {[]string{"internal/fault"}, "taking sounds knows bytes and loudness: no stage, no store and no wire"},
	"internal/speech":          {[]string{"internal/sound", "internal/fault"}, "a command or a service that speaks knows texts and voices: no donation, no stage and no wire"},
	"internal/media":           {[]string{"internal/fault"}, "making pictures safe knows bytes and shapes: no slot, no store and no wire"},
	"internal/typeface":        {nil, "what a font can show is a matter of the font alone"},
	"internal/poster":          {[]string{"internal/shade", "internal/typeface"}, "drawing a picture for other sites knows what it says, and nobody who says it"},
	"internal/seal":            {nil, "sealing is a matter of keys and bytes alone"},
	"internal/passkey":         {nil, "passkeys are a matter of questions and answers: which there are, the store knows"},
	"internal/totp":            {nil, "one-time codes are a matter of keys, clocks and numbers alone"},
	"internal/store":           {[]string{"internal/seal", "internal/fund", "internal/money", "internal/fault", "internal/killpoint"}, "the store keeps what app decides and asks nobody"},
	"internal/store/storetest": {[]string{"internal/store", "internal/seal", "internal/fund", "internal/money", "internal/fault", "internal/must", "internal/testpg"}, "one suite for both databases knows only the store"},
	"internal/text":            {[]string{"internal/fund", "internal/glyph", "internal/money", "internal/postal"}, "the texts for people know only their language, how it writes amounts, and the stored reasons that they put into words"},
	"internal/receipt":         {[]string{"internal/fund", "internal/money", "internal/text", "internal/typeface", "internal/fault"}, "what receipts say depends on what is handed in and on the words: no store and no use case"},
	"internal/pay":             {[]string{"internal/fund", "internal/money", "internal/fault"}, "a payment provider knows no use case and no store"},
	"internal/pay/sandbox":     {[]string{"internal/api", "internal/text", "internal/bearer", "internal/coding", "internal/pay", "internal/fund", "internal/money", "internal/fault"}, "a payment provider knows no use case and no store"},
	"internal/shield":          {[]string{"internal/fund", "internal/pay", "internal/fault"}, "the shield counts in memory: no I/O, no use case, and its clock is handed in"},
	"internal/runner":          {[]string{"internal/store", "internal/fund", "internal/fault"}, "the runner knows rows that are due; what is done about them is handed to it"},
	"internal/app":             {[]string{"internal/passkey", "internal/totp", "internal/receipt", "internal/shield", "internal/runner", "internal/media", "internal/sound", "internal/store", "internal/fund", "internal/money", "internal/fault", "internal/pay", "internal/killpoint"}, "use cases know no wire and no process"},
	"internal/pay/*":           {[]string{"internal/pay", "internal/fund", "internal/money", "internal/fault"}, "a payment provider knows no use case and no store"},
	"internal/feed":            {[]string{"internal/store", "internal/fund", "internal/fault"}, "the feed only follows the event log; encoders are handed to it"},
	"internal/requestline":     {nil, "it stands below all handlers and knows none"},
	"internal/bearer":          {[]string{"internal/fault"}, "what a token lacks is a fault in the words of RFC 6750"},
	"internal/coding":          {[]string{"internal/fault"}, "content codings know bytes and headers only"},
	"internal/api":             {[]string{"internal/fault", "internal/bearer", "internal/coding"}, "the HTTP machinery knows no version and no noun"},
	"internal/submit":          {[]string{"internal/api", "internal/fund", "internal/money", "internal/fault"}, "reading submitted values knows no version, no use case and no request"},
	"internal/apiv3":           {[]string{"internal/api", "internal/submit", "internal/app", "internal/fund", "internal/money", "internal/fault"}, "a version is a translation over app: no rule, no store, no other version"},
	"internal/webhook":         {[]string{"internal/fund", "internal/glyph", "internal/fault"}, "what leaves for other servers is made of what is handed in: no use case, no store and no wire of ours"},
	"internal/apiv5":           {[]string{"internal/api", "internal/submit", "internal/webhook", "internal/app", "internal/fund", "internal/money", "internal/fault"}, "a version is a translation over app: no rule, no store, no other version"},
	"internal/apidocs":         {[]string{"internal/api", "internal/coding", "internal/text", "internal/web/ui"}, "the reference shows documents, and knows nothing of the API but those"},
	"internal/apiv3/contract":  {nil, "the check of answers knows only the facts of the wire"},
	"internal/oauth":           {[]string{"internal/web/session", "internal/web/ui", "internal/text", "internal/bearer", "internal/coding", "internal/api", "internal/app", "internal/fund", "internal/fault"}, "the endpoints of programs are written over app: they know no version of the API and no store; api reads their JSON"},
	"internal/web/account":     {[]string{"internal/web/session", "internal/web/ui", "internal/text", "internal/app", "internal/fund", "internal/fault"}, "the pages of accounts are written over app and what pages for signed-in people share"},
	"internal/web/admin":       {[]string{"internal/web/session", "internal/web/ui", "internal/text", "internal/app", "internal/fund", "internal/fault"}, "the pages of operators are written over app and what pages for signed-in people share; what a node found out about itself is handed in"},
	"internal/web/dash":        {[]string{"internal/web/session", "internal/web/ui", "internal/text", "internal/live", "internal/app", "internal/export", "internal/fund", "internal/money", "internal/fault"}, "the dashboard is written over app, what pages for signed-in people share, and what goes out live; export keeps formulas out of its files"},
	"internal/web/remote":      {[]string{"internal/text", "internal/api", "internal/app", "internal/bearer", "internal/fund", "internal/money", "internal/fault"}, "the alert desk for programs is written over app: no store, and no page of the site; api reads its keys and writes its answers"},
	"internal/web/stage":       {[]string{"internal/web/ui", "internal/text", "internal/live", "internal/api", "internal/app", "internal/fund", "internal/money", "internal/fault"}, "overlays are written over app and what goes out live: no store, and no page of the site; api writes their messages"},
	"internal/web/session":     {[]string{"internal/web/ui", "internal/text", "internal/coding", "internal/api", "internal/app", "internal/fund", "internal/fault"}, "what pages for signed-in people share knows no room of them"},
	"internal/web/ui":          {[]string{"internal/coding", "internal/shade", "internal/text"}, "what pages are made of knows no page, no use case and no domain"},
	"internal/web":             {[]string{"internal/postal", "internal/receipt", "internal/web/ui", "internal/poster", "internal/typeface", "internal/shade", "internal/text", "internal/coding", "internal/api", "internal/app", "internal/feed", "internal/fund", "internal/money", "internal/fault"}, "pages are written over app: no store, no API version; api tells their forms from those of others"},
	"internal/live":            {[]string{"client/js", "internal/text", "internal/api", "internal/app", "internal/bearer", "internal/coding", "internal/feed", "internal/fund", "internal/money", "internal/glyph", "internal/phoenix", "internal/fault"}, "what goes out live is written over app: no store, no page and no API version; api answers what is not served"},
	"internal/phoenix":         {nil, "a protocol of sockets knows its frames, and no topic, connection or event"},
	"internal/mail":            {[]string{"internal/receipt", "internal/text", "internal/app", "internal/fund", "internal/money", "internal/fault"}, "mails are written over app, as pages are: no store"},
	"internal/demo":            {[]string{"internal/app", "internal/fund", "internal/money", "internal/fault"}, "demo data comes in through the use cases, as a person's would"},
	"internal/openid":          {[]string{"internal/app", "internal/fund", "internal/fault"}, "a client of somebody else's service is written over app, which decides what an identity is good for: no store, no page"},
	"internal/captcha":         {nil, "a client of somebody else's service knows only its protocol"},
	"internal/ecb":             {[]string{"internal/money", "internal/fault"}, "a form of files knows only what it reads: no use case and no store"},
	"internal/export":          {[]string{"internal/fund", "internal/money", "internal/fault"}, "a form of files knows only what it writes: no use case and no store"},
	"internal/config":          {nil, "settings are plain values that know nobody"},
	"client/js":                {nil, "the client for pages is a file that servers serve, and others copy"},
	"client":                   {nil, "strangers import it: it knows a server by its wire only, and pulls in nothing of it"},
	"internal/login":           {[]string{"client", "internal/fault", "internal/glyph"}, "who the terminal is at a running server knows that by its wire only"},
	"internal/checkout":        {[]string{"internal/api", "internal/app", "internal/coding", "internal/fund", "internal/fault", "internal/pay", "internal/pay/*"}, "the payment wire is written over app: it knows the providers, no store and no version of the API"},
	"internal/ops":             {[]string{"internal/config", "internal/seal", "internal/store", "internal/fund", "internal/fault", "internal/killpoint", "internal/webhook"}, "what looks after a server and its copies knows the store, and tells operators by webhook: no use case, no wire and no process"},
	"internal/certs":           {[]string{"internal/config", "internal/store", "internal/fund", "internal/fault"}, "certificates know names, an authority and where they are kept: no use case, no page and no wire of ours"},
	"internal/server":          {[]string{anything}, "the composition root builds everything except test helpers"},
	"internal/command":         {[]string{"client", "internal/apidocs", "internal/app", "internal/checkout", "internal/config", "internal/demo", "internal/ecb", "internal/export", "internal/fault", "internal/fund", "internal/login", "internal/mail", "internal/money", "internal/ops", "internal/pay/sandbox", "internal/receipt", "internal/seal", "internal/server", "internal/store", "internal/version", "internal/web", "internal/web/account", "internal/webhook"}, "a command parses its flags and does one thing over app, store or a node: it knows no wire, of the pages their addresses, and of mails what they say"},
	"internal/version":         {nil, "what a program was built from, it knows of nobody"},
	"internal/testpg":          {nil, "a test helper of all rooms knows none"},
	"internal/testcost":        {nil, "a test helper of all rooms knows none"},
	"internal/testclock":       {nil, "a test helper of all rooms knows none"},
	"internal/testpasskey":     {[]string{"internal/must"}, "it answers as browsers do, and knows no room"},
	"internal/testqr":          {[]string{"internal/must"}, "it reads pictures, and knows no room"},
	"internal/testmail":        {nil, "a test helper of all rooms knows none"},
	"internal/testopenid":      {nil, "a test helper of all rooms knows none"},
	"internal/must":            {nil, "a test helper of all rooms knows none"},
	"internal/testgolden":      {nil, "a test helper of all rooms knows none"},
	"internal/testexample":     {[]string{"internal/testgolden"}, "it reads golden files, and knows no room"},
	"internal/testworld":       {[]string{"internal/api", "internal/app", "internal/demo", "internal/fault", "internal/fund", "internal/money", "internal/must", "internal/pay", "internal/pay/sandbox", "internal/store", "internal/store/storetest", "internal/testclock"}, "it builds the use cases for tests, and knows no wire"},
	"internal/testbrowser":     {[]string{"internal/must"}, "it is a browser for any handler"},
	"internal/testcallers":     {[]string{"internal/api", "internal/app", "internal/checkout", "internal/config", "internal/fund", "internal/must", "internal/server", "internal/store", "internal/store/storetest", "internal/testworld"}, "it builds what every kind of caller asks of a whole node"},
	"internal/archtest":        {nil, "the rules know only paths"},
	"internal/testnode":        {[]string{"internal/command", "internal/config", "internal/demo", "internal/must"}, "it runs whole servers for tests, as the terminal starts them"},
	"cmd/almoner":              {[]string{"internal/command"}, "the program hands its arguments to its commands"},
	"test/tls":                 {[]string{anything}, "it has whole servers get certificates, and looks into the store"},
	"test/versions":            {[]string{anything}, "it compares the versions over one app, and both with the store"},
	"test/cost":                {[]string{anything, "internal/testcost"}, "it sends dear input to everything that a node serves"},
	"test/authority":           {[]string{anything}, "it asks everything that a node serves as every kind of caller, and runs every command"},
	"test/leaks":               {[]string{anything}, "it reads everything that a node serves as every kind of caller, and runs the exports"},
	"test/holes":               {[]string{anything, "internal/testpg"}, "it attacks everything that a node serves as others were attacked"},
	"test/money":               {[]string{anything, "internal/testpg"}, "it makes histories of money over the versions, the pages and the use cases, and looks into the store"},
	"test/crash":               {[]string{anything, "internal/testpg", "internal/testmail"}, "it breaks the whole program and looks at what is left"},
	"test/chaos":               {[]string{anything, "internal/testpg"}, "it breaks everything around the whole program, and looks at what its listeners heard"},
	"test/browser":             {[]string{anything, "internal/testmail", "internal/testopenid"}, "it looks at the whole program through a browser"},
	"examples/*":               {[]string{"client"}, "a bot knows a server by its wire only, as everybody's does"},
	"bench":                    {[]string{anything, "internal/testpg"}, "bench measures whatever it likes"},
	"scripts/mutants":          {nil, "a script knows the code only as text"},
	"scripts/systems":          {nil, "a script knows the code only as text"},
	"scripts/racing":           {nil, "a script knows the code only as text"},
}

// testHelpers may be imported only where a row names them.
var testHelpers = []string{"internal/testpg", "internal/testbrowser", "internal/testclock", "internal/testcost", "internal/testmail", "internal/testopenid", "internal/testqr", "internal/testpasskey", "internal/must", "internal/testworld", "internal/testgolden", "internal/testexample", "internal/testnode", "internal/testcallers", "internal/archtest", "internal/store/storetest", "internal/apiv3/contract"}

// fence keeps packages from outside the module, or of the standard library, within some rooms.
type fence struct {
	prefix string   // import path, with everything below it
	only   []string // the rooms that may import it; nil where not is used
	not    []string // the rooms that may not
	why    string
}

var storeRooms = []string{"internal/store", "internal/store/storetest", "internal/testpg", "bench"}

var fences = []fence{
	{prefix: "database/sql", only: storeRooms, why: "SQL is written in the store only"},
	{prefix: "github.com/jackc/pgx", only: storeRooms, why: "SQL is written in the store only"},
	{prefix: "modernc.org/sqlite", only: storeRooms, why: "SQL is written in the store only"},
	{prefix: "github.com/stripe/stripe-go", only: []string{"internal/pay/stripe"}, why: "only the provider knows what stands behind it"},
	{prefix: "github.com/pressly/goose", only: storeRooms, why: "the store migrates itself"},
	{prefix: "github.com/nicksnyder/go-i18n", only: []string{"internal/text"}, why: "texts come from one catalogue"},
	{prefix: "github.com/xuri/excelize", only: []string{"internal/export"}, why: "workbooks are written in one place, as text and numbers, never as formulas"},
	{prefix: "codeberg.org/go-pdf/fpdf", only: []string{"internal/receipt"}, why: "receipts are the only files for printing"},
	{prefix: "codeberg.org/go-fonts/dejavu", only: []string{"internal/typeface"}, why: "what is drawn with a font asks first what it can show"},
	{prefix: "golang.org/x/image", only: []string{"internal/media", "internal/poster", "internal/receipt", "internal/typeface"}, why: "pictures of strangers are decoded in one place, within its limits; posters are drawn of what came out of it"},
	{prefix: "github.com/jfreymuth/vorbis", only: []string{"internal/sound"}, why: "sounds of strangers are decoded in one place, which looks at their headers first"},
	{prefix: "github.com/hajimehoshi/go-mp3", only: []string{"internal/sound"}, why: "sounds of strangers are decoded in one place, which looks at their headers first"},
	{prefix: "github.com/pion/opus", only: []string{"internal/sound"}, why: "sounds of strangers are decoded in one place, which looks at their headers first"},
	{prefix: "code.dny.dev/ssrf", only: []string{"internal/webhook"}, why: "addresses of strangers are dialed in one place"},
	{prefix: "github.com/go-webauthn/webauthn", only: []string{"internal/passkey"}, why: "passkeys are asked for and checked in one place"},
	{prefix: "github.com/pquerna/otp", only: []string{"internal/totp"}, why: "one-time codes are made in one place"},
	{prefix: "golang.org/x/oauth2", only: []string{"internal/login", "internal/openid"}, why: "servers issue tokens; only the terminal, and who signs people in elsewhere, ask others for them"},
	{prefix: "github.com/coreos/go-oidc", only: []string{"internal/openid", "internal/testopenid"}, why: "tokens of OpenID providers are checked in one place"},
	{prefix: "github.com/coder/websocket", only: []string{"client", "internal/live"}, why: "WebSockets are spoken live, by the server and its client"},
	{prefix: "filippo.io/age", only: []string{"internal/ops"}, why: "backups are encrypted in one place"},
	{prefix: "github.com/coreos/go-systemd", only: []string{"internal/server"}, why: "the node itself says whether it lives"},
	{prefix: "github.com/wneessen/go-mail", only: []string{"internal/mail"}, why: "mail is sent in internal/mail"},
	{
		prefix: "net/http", why: "HTTP ends at the wires: the rooms below know no request and no status",
		not: []string{"internal/fault", "internal/money", "internal/fund", "internal/store", "internal/app", "internal/feed", "internal/submit", "internal/mail"},
	},
}

// spared are the edges that pass all fences: an id says how it is stored in one place, so that
// no query can store it in another way, and the interface for that has its type in driver.
var spared = map[string]string{"internal/fund": "database/sql/driver"}

// vagueNames are package names that say nothing about what lives there.
var vagueNames = []string{"util", "utils", "common", "models", "helpers", "types"}

// Check gives one line for each broken rule, sorted, and nothing for a house in order.
func Check(packages []Package) []string {
	broken := map[string]bool{}
	for _, p := range packages {
		from := below(p.Path)
		if slices.Contains(vagueNames, path.Base(from)) {
			broken[fmt.Sprintf("%s: %q says nothing; name the package after what lives there", from, path.Base(from))] = true
		}
		row, known := roomAt(from)
		if !known {
			broken[from+": not in the table of internal/archtest; say in the table what it may import and why"] = true
			continue
		}
		for _, imported := range p.Imports {
			for _, why := range forbidden(from, row, imported) {
				broken[fmt.Sprintf("%s imports %s: %s", from, below(imported), why)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(broken))
}

// forbidden gives the reasons against one edge.
func forbidden(from string, row room, imported string) []string {
	if to, own := strings.CutPrefix(imported, Module+"/"); own {
		open := slices.Contains(row.may, anything) && !slices.Contains(testHelpers, to)
		if open || slices.Contains(row.may, to) || slices.Contains(row.may, siblings(to)) {
			return nil
		}
		return []string{row.why}
	}
	if spared[from] == imported {
		return nil
	}
	var reasons []string
	for _, f := range fences {
		if imported != f.prefix && !strings.HasPrefix(imported, f.prefix+"/") {
			continue
		}
		if slices.Contains(f.not, from) || f.not == nil && !slices.Contains(f.only, from) {
			reasons = append(reasons, f.why)
		}
	}
	return reasons
}

// roomAt is the row of a path.
func roomAt(at string) (room, bool) {
	if row, known := rooms[at]; known {
		return row, true
	}
	row, known := rooms[siblings(at)]
	return row, known
}

// siblings is how the table writes all rooms beside a path.
func siblings(at string) string { return path.Dir(at) + "/*" }

// below gives the path below the module.
func below(importPath string) string { return strings.TrimPrefix(importPath, Module+"/") }
