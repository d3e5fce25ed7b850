package web_test

import (
	"net/http"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestOldAddressesLeadToTheirOwners renames a user: addresses on printed links lead on, and back names lead nowhere else.
func TestOldAddressesLeadToTheirOwners(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rename := func(slug string) {
		t.Helper()
		_, err := h.UpdateCurrentUser(t.Context(), h.owner, fund.UserPatch{Slug: fund.Some(slug)})
		must.Do(t, err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	wants := func(path string, status int, location string) {
		t.Helper()
		r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+path, nil))(t)
		got := must.Get(client.Do(r))(t)
		_ = got.Body.Close()
		if got.StatusCode != status || got.Header.Get("Location") != location {
			t.Errorf("%s: got %d to %q, want %d to %q", path, got.StatusCode, got.Header.Get("Location"), status, location)
		}
	}
	rename("ana-live")
	rename("ana-later")
	for _, old := range []string{"/@ana", "/@ana-live"} {
		wants(old, http.StatusMovedPermanently, "/@ana-later")
		wants(old+"/run", http.StatusMovedPermanently, "/@ana-later/run")
		wants(old+"/run/donate?relay=a", http.StatusMovedPermanently, "/@ana-later/run/donate?relay=a")
	}
	wants("/@ana-later/run/donate", http.StatusOK, "")
	wants("/@ana-later/missing", http.StatusNotFound, "")
	wants("/@stranger", http.StatusNotFound, "")
	wants("/ana", http.StatusNotFound, "")
	rename("ana")
	wants("/@ana/missing", http.StatusNotFound, "")
	wants("/@ana/run", http.StatusOK, "")
	cause := h.cause
	_, err := h.UpdateCause(t.Context(), app.System(), fund.Key{ID: cause.ID}, fund.CausePatch{Slug: fund.Some("wells")})
	must.Do(t, err)
	wants("/water", http.StatusMovedPermanently, "/wells")
	wants("/cause/water", http.StatusMovedPermanently, "/cause/wells")
}
