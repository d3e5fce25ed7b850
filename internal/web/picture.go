package web

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"sync"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/web/ui"
)

// pictures stand in where nobody chose one. They are drawn when they are first asked for.
var pictures = map[string]func() []byte{
	"default-avatar.png":    sync.OnceValue(func() []byte { return draw(200, 200, person) }),
	"default-reward.png":    sync.OnceValue(func() []byte { return draw(600, 600, box) }),
	"default-incentive.png": sync.OnceValue(func() []byte { return draw(800, 800, disc) }),
	"default-image.png":     sync.OnceValue(func() []byte { return draw(640, 360, hills) }),
	"default-logo.png":      sync.OnceValue(func() []byte { return draw(100, 64, disc) }),
	"default-banner.png":    sync.OnceValue(func() []byte { return draw(1440, 530, hills) }),
}

func (s *Site) asset(w http.ResponseWriter, r *http.Request) {
	if asset := ui.Find(r.PathValue("asset")); asset != nil {
		asset.ServeHTTP(w, r)
		return
	}
	if logo := s.brand.Logo; logo.Is(r.PathValue("asset")) {
		logo.ServeHTTP(w, r)
		return
	}
	picture := pictures[r.PathValue("asset")]
	if picture == nil {
		s.page(func(*http.Request) (view, error) { return view{}, &fault.Error{Kind: fault.NotFound} })(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	// Pictures are for any page, also for one that isolates itself.
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, _ = w.Write(picture())
}

// shape reports whether a point is inside; both coordinates go from -1 to 1 in the middle square.
type shape func(x, y float64) bool

func person(x, y float64) bool {
	head := x*x + (y+0.25)*(y+0.25)
	shoulders := x*x/0.36 + (y-0.85)*(y-0.85)/0.36
	return head < 0.11 || shoulders < 1
}

func box(x, y float64) bool {
	lid := y > -0.35 && y < -0.08 && x > -0.6 && x < 0.6
	body := y >= -0.02 && y < 0.6 && x > -0.5 && x < 0.5
	return (lid || body) && (x < -0.07 || x > 0.07)
}

func disc(x, y float64) bool {
	ring := x*x + y*y
	return ring < 0.09 || ring > 0.2 && ring < 0.36
}

func hills(x, y float64) bool {
	return y > 0.9-0.5/(1+(x-0.6)*(x-0.6)*3) || y > 0.9-0.8/(1+(x+0.7)*(x+0.7)*2)
}

func draw(width, height int, inside shape) []byte {
	picture := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{
		color.RGBA{R: 0xe4, G: 0xe9, B: 0xed, A: 0xff}, color.RGBA{R: 0x8a, G: 0x9b, B: 0xa8, A: 0xff},
	})
	half := float64(min(width, height)) / 2
	for y := range height {
		for x := range width {
			if inside((float64(x)-float64(width)/2)/half, (float64(y)-float64(height)/2)/half) {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		panic("web: " + err.Error()) // a buffer and a palette cannot fail
	}
	return out.Bytes()
}
