package speech

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/sound"
)

// errRemote is what a service did wrong. It names neither the address, which may hold a key, nor what was answered, which may hold donors' words.
var errRemote = errors.New("the service that speaks")

// remote makes sounds by a service: it gets a text by POST, and answers with a sound. It is the operator's choice, so it may be at a private address; what a donor wrote
// is in the body alone.
func remote(address string) (maker, error) {
	if rest := strings.NewReplacer(langSlot, "", voiceSlot, "").Replace(address); strings.ContainsAny(rest, "{}") {
		return nil, errors.New("has braces: only {lang} and {voice} stand for something")
	}
	u, err := url.Parse(strings.NewReplacer(langSlot, "en", voiceSlot, "en").Replace(address))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("is no address such as https://speech.example.org/say?voice={voice}")
	case u.Scheme == "http" && !onLoopback(u.Hostname()):
		return nil, errors.New("sends texts without encryption: use https, or a service on this machine")
	}
	client := &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxConnsPerHost: maxAtOnce, IdleConnTimeout: MaxTime},
		// A service that sends texts on would send them where nobody was told of.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context, language, voice, text string) ([]byte, error) {
		to := strings.NewReplacer(langSlot, url.QueryEscape(language), voiceSlot, url.QueryEscape(voice)).Replace(address)
		return post(ctx, client, to, language, text)
	}, nil
}

// Host is the host that texts are sent to at an address; "" for this machine, and for no address.
func Host(address string) string {
	u, err := url.Parse(strings.NewReplacer(langSlot, "en", voiceSlot, "en").Replace(address))
	if err != nil || onLoopback(u.Hostname()) {
		return ""
	}
	return u.Hostname()
}

func onLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func post(ctx context.Context, client *http.Client, to, language, text string) ([]byte, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%w has an address that cannot be asked", errRemote)
	}
	q.Header.Set("Content-Type", "text/plain; charset=utf-8")
	q.Header.Set("Content-Language", language)
	q.Header.Set("Accept", "audio/wav, audio/ogg, audio/mpeg")
	answer, err := client.Do(q)
	if err != nil {
		if wrong, is := errors.AsType[*url.Error](err); is {
			err = wrong.Err
		}
		return nil, fmt.Errorf("%w does not answer: %w", errRemote, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w answers %d", errRemote, answer.StatusCode)
	}
	file, err := io.ReadAll(io.LimitReader(answer.Body, int64(sound.Speech.Bytes)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w broke off: %w", errRemote, err)
	case len(file) > sound.Speech.Bytes:
		return nil, errLoud
	default:
		return file, nil
	}
}
