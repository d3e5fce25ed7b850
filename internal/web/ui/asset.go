package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/base32"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/coding"
)

//go:embed css/*.css icons/*.svg js/*.js overlay/*
var files embed.FS

// AssetPath is where assets are; their names follow.
const AssetPath = "/assets/"

// keepForGood lets browsers keep what never changes under its name: for a year, which is the most that RFC 9111 caches honor.
const keepForGood = "public, max-age=31536000, immutable"

// hashLength is how many signs of its hash are in the name of an asset: 50 bits.
const hashLength = 10

// Asset is a file that pages load. Its name has the hash of its content.
type Asset struct {
	name, contentType string
	body              *coding.Body
}

// The assets of all pages.
var (
	// Style is the style sheet of all pages.
	Style = newAsset("style.css", styles())
	// Waiting is the script of the page that waits for a payment.
	Waiting = newAsset("waiting.js", read("js/waiting.js"))
	// Live is the script of pages that show what happens as it happens.
	Live = newAsset("live.js", slices.Concat(read("js/live.js"), read("js/sync.js")))
	// Player is the script of pages with a stream.
	Player = newAsset("player.js", read("js/player.js"))
	// Country is the script of a form with an address: it shows the lines of the chosen country.
	Country = newAsset("country.js", read("js/country.js"))
	// Passkey is the script of pages that ask for a passkey.
	Passkey = newAsset("passkey.js", read("js/passkey.js"))
	// Preview is the script of forms that show what a page would look like.
	Preview = newAsset("preview.js", read("js/preview.js"))
	// Desk is the script of the alert desk, DockStyle its style sheet in a dock of a streaming program, which knows no other.
	Desk      = newAsset("desk.js", slices.Concat(read("js/keys.js"), read("js/line.js"), read("js/desk.js")))
	DockStyle = newAsset("dock.css", read("overlay/dock.css"))
	// Screening is the script of the page on which somebody screens.
	Screening = newAsset("screening.js", slices.Concat(read("js/keys.js"), read("js/line.js"), read("js/feed.js"), read("js/screening.js"), read("js/sync.js")))
	// Reader is the script of the page of somebody who reads donations aloud.
	Reader = newAsset("reader.js", slices.Concat(read("js/keys.js"), read("js/line.js"), read("js/feed.js"), read("js/reader.js"), read("js/sync.js")))
	// Scene is the script of the form of a scene: what it holds can be moved in its preview.
	Scene = newAsset("scene.js", read("js/scene.js"))
	// Order is the script of lists whose order somebody changes: rows can be dragged.
	Order = newAsset("order.js", read("js/order.js"))
	// Local is the script of forms with times: it says beside each what time that is for the reader.
	Local = newAsset("local.js", read("js/local.js"))
	// Sample is the script of forms that show what they would make.
	Sample = newAsset("sample.js", read("js/sample.js"))
	// Alerts is the script of overlays that show alerts.
	Alerts = newAsset("alerts.js", slices.Concat(read("overlay/overlay.js"), read("js/sync.js"), read("overlay/alert.js")))
	// OverlayStyle and Overlay are the style sheet and the script of overlays, which know no other.
	OverlayStyle = newAsset("overlay.css", read("overlay/overlay.css"))
	Overlay      = newAsset("overlay.js", slices.Concat(read("overlay/overlay.js"), read("js/sync.js")))
	// Mark is the icon of the site in browsers.
	Mark = newAsset("mark.svg", read("icons/favicon.svg"))
)

// Assets are all assets.
func Assets() []*Asset {
	return []*Asset{Style, Waiting, Live, Player, Country, Passkey, Order, Preview, Desk, DockStyle, Screening, Reader, Scene, Local, Sample, OverlayStyle, Overlay, Alerts, Mark}
}

func newAsset(name string, content []byte) *Asset {
	sum := sha256.Sum256(content)
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:hashLength]
	ending := path.Ext(name)
	return &Asset{
		name:        strings.TrimSuffix(name, ending) + "-" + hash + ending,
		contentType: mime.TypeByExtension(ending), body: coding.NewBody(content),
	}
}

// NewPicture is a picture as an asset. Its name ends with its type: "logo.png".
func NewPicture(name string, content []byte) *Asset { return newAsset(name, content) }

// Is reports whether the asset, which may be nil, has that name.
func (a *Asset) Is(name string) bool { return a != nil && a.name == name }

// Plain is the content of the asset.
func (a *Asset) Plain() []byte { return a.body.Plain() }

// Path is where the asset is.
func (a *Asset) Path() string { return AssetPath + a.name }

// ServeHTTP serves the asset, which browsers keep for good.
func (a *Asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", keepForGood)
	h.Set("Vary", "Accept-Encoding")
	a.body.Send(w, r, http.StatusOK, a.body.Choose(r.Header))
}

// Find is the asset of that name; nil if there is none.
func Find(name string) *Asset {
	for _, a := range Assets() {
		if a.name == name {
			return a
		}
	}
	return findTheme(name)
}

// layers are the cascade layers of the style sheet, the weakest first. Each file says which it is in, so that their order does not matter.
const layers = "@layer reset, base, components, modules, utilities;\n"

// styles is the style sheet: the files of css, one a component.
func styles() []byte {
	names, err := fs.Glob(files, "css/*.css")
	if err != nil || len(names) == 0 {
		panic("ui: no styles") // they are part of the program
	}
	sheet := []byte(layers)
	for _, name := range names {
		sheet = append(sheet, read(name)...)
	}
	return sheet
}

func read(name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic("ui: " + err.Error()) // it is part of the program
	}
	return content
}
