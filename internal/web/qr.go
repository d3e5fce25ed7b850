package web

import (
	"fmt"
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/web/ui"
)

// donateCode is the QR code of a fact's donate page, for posters and screens.
func (s *Site) donateCode(_ *http.Request, seen app.Seen) (view, error) {
	drawn, err := ui.QRCode(s.baseURL + donatePath(seen.Fact()))
	if err != nil {
		return view{}, fmt.Errorf("donate page of %s: %w", seen.Fact().ID, err)
	}
	return view{contentType: "image/svg+xml", raw: drawn}, nil
}
