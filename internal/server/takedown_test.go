package server_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// TestAFormOfACampaignThatWasJustTakenDown submits a donate form at once after a command beside the server took its campaign down.
func TestAFormOfACampaignThatWasJustTakenDown(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	browser := &http.Client{Jar: must.Get(cookiejar.New(nil))(t)}
	address := d.URL + "/@" + d.Credentials.Campaign.OwnerSlug + "/" + d.Credentials.Campaign.Slug + "/donate"
	read := func(answer *http.Response, err error) (int, string) {
		t.Helper()
		must.Do(t, err)
		defer answer.Body.Close()
		return answer.StatusCode, string(must.Get(io.ReadAll(answer.Body))(t))
	}
	var page string
	for range 3 { // what is asked for often is kept
		_, page = read(browser.Get(address))
	}
	form := regexp.MustCompile(`name="form" value="([^"]*)"`).FindStringSubmatch(page)
	if form == nil {
		t.Fatalf("got no form: %s", page)
	}
	down := command.TakeFactDown{Reason: "a test"}
	down.DB, down.Fact = config.FileIn(d.Data), d.Credentials.Campaign.ID
	must.Get(testnode.Do(t, down))(t)
	status, page := read(browser.PostForm(address, url.Values{"form": {form[1]}, "currency": {"USD"}, "preset": {"other"}, "amount": {"10"}}))
	if status != http.StatusNotFound {
		t.Errorf("got %d, want 404: %.300s", status, page)
	}
}
