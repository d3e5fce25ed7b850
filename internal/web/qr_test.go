package web_test

import (
	"testing"

	"github.com/almoner/almoner/internal/testqr"
)

func TestQRCodesLeadToDonatePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, want := range map[string]string{"/@ana/run/qr.svg": "/@ana/run/donate", "/cause/water/qr.svg": "/cause/water/donate"} {
		if got := testqr.Read(t, h.donor().get(path).body); got != h.url+want {
			t.Errorf("%s: got a code of %s, want %s", path, got, h.url+want)
		}
	}
}
