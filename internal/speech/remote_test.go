//go:build unix

package speech_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/sound"
	"github.com/almoner/almoner/internal/speech"
)

// TestAServiceSpeaks has a service make sounds, well and in each wrong way. What it gets is in the body alone, and no error repeats the address or the answer.
func TestAServiceSpeaks(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("POST /well/{voice}", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		text := must.Get(io.ReadAll(r.Body))(t)
		if got, want := fmt.Sprint(r.PathValue("voice"), " ", r.URL.Query().Get("l"), " ", r.Header.Get("Content-Language"), " ", string(text)), "en-us en en Ada gave $5"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		_, _ = w.Write(tone())
	})
	mux.HandleFunc("/elsewhere", func(http.ResponseWriter, *http.Request) {
		t.Error("got a text where the service sent it on, want it to stay")
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/wrong", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "Ada gave", http.StatusBadGateway) })
	mux.HandleFunc("/words", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Ada gave") })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for range sound.Speech.Bytes>>16 + 1 {
			_, _ = w.Write(make([]byte, 1<<16))
		}
	})
	mux.HandleFunc("/never", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the end of the connection is noticed
		<-r.Context().Done()
	})
	service := httptest.NewServer(mux)
	t.Cleanup(service.Close)
	speaker := func(path string) *speech.Speaker {
		return must.Get(speech.New(speech.Options{URL: service.URL + path, Voices: map[string]string{"en": "en-us"}}))(t)
	}
	well := speaker("/well/{voice}?l={lang}")
	for range 2 {
		if made := must.Get(well.Speak(t.Context(), "en", "Ada gave $5"))(t); len(made.Content) == 0 {
			t.Error("got nothing, want a sound")
		}
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want once", asked.Load())
	}
	for _, path := range []string{"/moved", "/wrong", "/words", "/endless", "/never"} {
		s := speaker(path + "?key=zzkey")
		if path == "/never" {
			s.Hurry(100 * time.Millisecond)
		}
		_, err := s.Speak(t.Context(), "en", "Ada gave $5")
		if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "zzkey") || strings.Contains(err.Error(), "Ada") {
			t.Errorf("%s: got %v, want it to be unavailable, without a word of it", path, err)
		}
	}
}

// TestAddressesOfServices takes addresses that keep what donors wrote from others.
func TestAddressesOfServices(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://speech.example.org/{lang}?voice={voice}": "", "http://127.0.0.1:5002": "", "http://[::1]/say": "", "http://localhost/": "",
		"http://speech.example.org/": "without encryption", "ftp://speech.example.org": "no address", "speech.example.org": "no address", "https://": "no address", "https://a.test/{text}": "braces",
	} {
		_, err := speech.New(speech.Options{URL: address, Voices: map[string]string{"en": "en"}})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", address, err, want)
		}
	}
	for address, want := range map[string]string{"": "", "http://127.0.0.1:5002": "", "http://localhost": "", "https://speech.example.org:8443/{lang}": "speech.example.org"} {
		if got := speech.Host(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}
