package web_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestCoversFitTheirScreen has phones load a smaller cover than large screens, where the place is large there.
func TestCoversFitTheirScreen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var file bytes.Buffer
	must.Do(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 1920, 1080))))
	h.campaign = must.Get(h.SetFactPicture(t.Context(), h.owner, keyOf(h.campaign), fund.SlotCover, file.Bytes()))(t)
	at := func(width int) string { return fund.PictureAt(h.campaign.Cover, width) }
	small := `<img src="` + at(640) + `" alt="" loading="lazy">`
	g := h.donor()
	g.get("/").wants(t, "a campaign of many", []string{"<picture>" + small}, "srcset")
	g.pay(g.give(page, "preset", "25.00"), goodCard)
	g.get("/").wants(t, "the one that is live", []string{`<picture><source media="(min-width: 60rem)" srcset="` + at(1280) + `">` + small})
	g.get(strings.TrimSuffix(page, "/donate")).wants(t, "its page", []string{`<picture><source media="(min-width: 60rem)" srcset="` + at(1920) + `"><img src="` + at(1280) + `" alt=""></picture>`})
}
