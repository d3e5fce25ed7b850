package server_test

import (
	"bytes"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestPictureFiles reads an uploaded picture as a browser does.
func TestPictureFiles(t *testing.T) {
	t.Parallel()
	node := must.Get(server.Open(t.Context(), server.Settings{
		Database: config.Database(storetest.SQLite(t)), BaseURL: "https://almoner.test", Payments: checkout.Settings{Sandbox: true},
		Secret: config.Secret{Key: storetest.SecretKey}, Log: slog.New(slog.DiscardHandler),
	}))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	var file bytes.Buffer
	must.Do(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 128, 128))))
	a := node.App()
	user := must.Get(a.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Ann", Email: "ann@example.org"}))(t)
	user = must.Get(a.SetPictureOf(t.Context(), app.System(), user.ID, fund.SlotAvatar, file.Bytes()))(t)
	ask := func(method, path string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		node.Handler().ServeHTTP(w, r)
		return w
	}
	at := fund.PictureAt(user.Avatar, 64)
	got := ask(http.MethodGet, at)
	decoded, err := png.Decode(bytes.NewReader(got.Body.Bytes()))
	if got.Code != http.StatusOK || err != nil || decoded.Bounds().Dx() != 64 {
		t.Fatalf("got %d, %v", got.Code, err)
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin",
	} {
		if got := got.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	hash := strings.TrimSuffix(strings.TrimPrefix(user.Avatar, fund.PicturePath), ".png")
	for _, c := range []struct {
		method, path string
		headers      []string
		want         int
	}{
		{http.MethodHead, at, nil, 200},
		{http.MethodGet, at, []string{"If-None-Match", got.Header().Get("ETag")}, 304},
		{http.MethodGet, "//media/" + hash + "-1920.png", nil, 200}, // the largest that there is
		{http.MethodGet, user.Avatar, nil, 200},
		{http.MethodGet, "/media/" + hash + ".jpg", nil, 404},
		{http.MethodGet, "/media/" + hash + "-65.png", nil, 404},
		{http.MethodGet, "/media/" + strings.Repeat("0", 64) + "-64.png", nil, 404},
		{http.MethodGet, "/media/", nil, 404},
		{http.MethodGet, "/media/../media/" + hash, nil, 404},
		{http.MethodPost, at, nil, 405},
		{http.MethodOptions, at, nil, 204},
	} {
		if got := ask(c.method, c.path, c.headers...); got.Code != c.want {
			t.Errorf("%s %s: got %d %s, want %d", c.method, c.path, got.Code, got.Header(), c.want)
		} else if cached := got.Header().Get("Cache-Control"); c.want == 404 && cached != "no-store" {
			t.Errorf("%s %s: got Cache-Control %q, want no-store", c.method, c.path, cached)
		}
	}
}

// TestSoundFiles reads a sound that comes with the server, whole and in part, as players do.
func TestSoundFiles(t *testing.T) {
	t.Parallel()
	node := must.Get(server.Open(t.Context(), server.Settings{
		Database: config.Database(storetest.SQLite(t)), BaseURL: "https://almoner.test", Payments: checkout.Settings{Sandbox: true},
		Secret: config.Secret{Key: storetest.SecretKey}, Log: slog.New(slog.DiscardHandler),
	}))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	ask := func(path, part string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		if part != "" {
			r.Header.Set("Range", part)
		}
		w := httptest.NewRecorder()
		node.Handler().ServeHTTP(w, r)
		return w
	}
	got := ask("/media/sounds/chime.wav", "")
	for name, want := range map[string]string{
		"Content-Type": "audio/wav", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Accept-Ranges": "bytes",
	} {
		if got := got.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for path, want := range map[string]int{
		"/media/sounds/chime.wav": 200, "/media/sounds/scream.wav": 404, "/media/sounds/": 404, "/media/sounds/own.wav": 404,
		"/media/sounds/" + strings.Repeat("0", 64) + ".wav": 404, "/media/sounds/../chime.wav": 404,
	} {
		if got := ask(path, ""); got.Code != want {
			t.Errorf("%s: got %d, want %d", path, got.Code, want)
		}
	}
	if part := ask("/media/sounds/chime.wav", "bytes=0-3"); part.Code != http.StatusPartialContent || part.Body.String() != "RIFF" {
		t.Errorf("got %d %q, want its beginning", part.Code, part.Body)
	}
}
