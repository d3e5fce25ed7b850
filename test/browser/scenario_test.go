package browser_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testpg"
)

// scenario is a way of a person through the pages. It is written once and runs on every device and database, and in browsers of its languages.
type scenario struct {
	name string
	// languages are those of browsers in which the pages may behave in another way.
	languages []string
	play      func(*journey)
}

// scenarios are all of them. A new one is a row here.
func scenarios() []scenario {
	all := []string{"en", "de", "ar"}
	return []scenario{
		{"donor", all, donor}, {"visitor", all, visitor}, {"share", []string{"en"}, share}, {"tax receipt", all, taxReceipt},
		{"parcel to Germany", []string{"de"}, parcelTo("DE")}, {"parcel to the United States", []string{"en"}, parcelTo("US")},
		{"parcel to Great Britain", []string{"en"}, parcelTo("GB")}, {"parcel to Japan", []string{"ar"}, parcelTo("JP")},
	}
}

// device is what pages are seen on.
type device struct {
	name          string
	width, height int64
	// touch reports whether fingers press on it, which cannot press what they would have to scroll to.
	touch bool
}

var devices = []device{{"phone", 390, 844, true}, {"desktop", 1440, 900, false}}

// databases are those that the demo of a scenario runs on.
var databases = []struct {
	name string
	// flags are those of the demo.
	flags func(*testing.T) []string
}{
	{"SQLite", func(*testing.T) []string { return nil }},
	{"PostgreSQL", func(t *testing.T) []string { return []string{"--db", testpg.Start(t)} }},
}

// TestScenarios plays every scenario. Unless whole, each language of one takes turns: a phone on one database, a desktop on the other. What failed leaves a picture of each of its steps below failedFolder.
func TestScenarios(t *testing.T) {
	t.Parallel()
	for n, on := range databases {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			post := testmail.Start(t, testmail.Options{})
			h := start(t, append(on.flags(t), "--mail-server", post.URL(), "--mail-from", "Open Harbor <receipts@give.test>", "--mail-anyone")...)
			h.command(t, "cause", "receipts", "--cause", h.Cause.Slug, "--profile", "us")
			h.finance, h.streamer = h.token(t, "--cause", h.Cause.Slug), h.token(t, "--user", h.UserCampaignOwner.Slug)
			for i, s := range scenarios() {
				for k, d := range devices {
					for m, language := range s.languages {
						if !whole && (n+i+k+m)%2 != 0 {
							continue
						}
						t.Run(strings.Join([]string{s.name, d.name, language}, " "), func(t *testing.T) {
							t.Parallel()
							j := begin(t, h, d, language)
							j.post = post
							s.play(j)
						})
					}
				}
			}
		})
	}
}

// failedFolder keeps the pictures of scenarios that failed. Git ignores it.
var failedFolder = filepath.Join("testdata", "failed")
