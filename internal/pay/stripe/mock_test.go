package stripe_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// mockVersion is that of stripe-mock, Stripe's own server that knows every call of its API and what may be in it.
const mockVersion = "v0.203.0"

// buildMock gives the path of stripe-mock, built once for this Go and kept in the cache of the checks.
var buildMock = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "almoner", "bin", "stripe-mock-"+mockVersion+"-"+runtime.Version())
	path := filepath.Join(folder, "stripe-mock")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	command := exec.Command("go", "install", "github.com/stripe/stripe-mock@"+mockVersion)
	command.Env = append(os.Environ(), "GOBIN="+folder, "GOFLAGS=")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build stripe-mock: %w\n%s", err, out)
	}
	return path, nil
})

// mock is a running stripe-mock. It keeps nothing: whatever is asked for is there, as in Stripe's documentation.
type mock struct{ url string }

// startMock runs stripe-mock on this machine until the test ends.
func startMock(t *testing.T) mock {
	t.Helper()
	path, err := buildMock()
	if err != nil {
		t.Fatal(err)
	}
	// It serves TLS, too, on a port of all addresses unless it is told where.
	command := exec.CommandContext(t.Context(), path, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0")
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, address, is := strings.Cut(lines.Text(), "Listening for HTTP at address: "); is {
				found <- "http://" + address
			}
		}
		close(found)
	}()
	t.Cleanup(func() { _ = command.Wait() }) // it was killed
	url := <-found
	if url == "" {
		t.Fatal("stripe-mock ended at once")
	}
	return mock{url}
}

// object is a JSON object.
type object = map[string]any

// documented is an object as Stripe's documentation has it.
func (m mock) documented(t testing.TB, path string) object {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer sk_test_123")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var o object
	if err := json.NewDecoder(answer.Body).Decode(&o); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %d, %v", path, answer.StatusCode, err)
	}
	return o
}

// with is the object with other values. All of them must be documented.
func with(t testing.TB, base, values object) object {
	t.Helper()
	o := maps.Clone(base)
	for name, value := range values {
		if _, known := o[name]; !known {
			t.Errorf("%v has no %s in Stripe's documentation", base["object"], name)
		}
		o[name] = value
	}
	return o
}
