package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web"
	"github.com/almoner/almoner/internal/web/ui"
)

// TestPagesSayThatMoneyIsPlayMoney looks at pages of all kinds, also at those that cannot be shown.
func TestPagesSayThatMoneyIsPlayMoney(t *testing.T) {
	t.Parallel()
	for mode, want := range map[fund.Mode]string{
		fund.ModeSandbox: "Sandbox: all money here is play money.", fund.ModeTest: "Test payments: all money here is play money.", fund.ModeLive: "",
	} {
		s := testworld.NewAt(t, storetest.Unfixed(t, storetest.SQLite(t)), testworld.Options{Mode: mode})
		pages := web.New(web.Options{App: s.App, BaseURL: testworld.BaseURL})
		for _, path := range []string{"/", "/nowhere", "/@nobody/none", "/gifts/none", "/gifts/paid/none"} {
			body := get(pages, path).Body.String()
			if says := strings.Contains(body, `<aside class="play">`+want); says != (want != "") || strings.Count(body, "play money") > 1 {
				t.Errorf("%s in mode %s: got\n%s\nwant %q once", path, mode, body, want)
			}
		}
		if got := get(pages, ui.Style.Path()); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), ".play {") {
			t.Errorf("got %d, want a style for it", got.Code)
		}
	}
}
