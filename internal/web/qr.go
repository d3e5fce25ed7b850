package web

import (
	"bytes"
	"fmt"
	"net/http"

	qr "github.com/piglig/go-qr"

	"github.com/almoner/almoner/internal/app"
)

const (
	// quietZone is how many modules around a QR code stay light (ISO/IEC 18004).
	quietZone = 4
	// codeScale is how many pixels a module of a QR code has where nothing else says how large it is.
	codeScale = 10
)

// donateCode is the QR code of a fact's donate page, for posters and screens.
func (s *Site) donateCode(_ *http.Request, seen app.Seen) (view, error) {
	code, err := qr.EncodeText(s.baseURL+donatePath(seen.Fact()), qr.Medium)
	if err != nil {
		return view{}, fmt.Errorf("QR code of %s: %w", seen.Fact().ID, err)
	}
	return view{contentType: "image/svg+xml", raw: drawCode(code)}, nil
}

// drawCode draws a QR code as SVG, each run of dark modules as one rectangle.
func drawCode(code *qr.QrCode) []byte {
	var out bytes.Buffer
	size := code.Size()
	side := size + 2*quietZone
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" shape-rendering="crispEdges">`, side*codeScale, side*codeScale, side, side)
	fmt.Fprintf(&out, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, side, side)
	for y := range size {
		for x := 0; x < size; x++ {
			start := x
			for x < size && code.Module(x, y) {
				x++
			}
			if x > start {
				fmt.Fprintf(&out, "M%d %dh%dv1h-%dz", quietZone+start, quietZone+y, x-start, x-start)
			}
		}
	}
	out.WriteString(`"/></svg>`)
	return out.Bytes()
}
