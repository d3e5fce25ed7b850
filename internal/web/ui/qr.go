package ui

import (
	"bytes"
	"fmt"

	qr "github.com/piglig/go-qr"
)

const (
	// quietZone is how many modules around a QR code stay light (ISO/IEC 18004).
	quietZone = 4
	// codeScale is how many pixels a module of a QR code has where nothing else says how large it is.
	codeScale = 10
)

// QRCode draws the QR code of a text as SVG, each run of dark modules as one rectangle.
func QRCode(text string) ([]byte, error) {
	code, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
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
	return out.Bytes(), nil
}
