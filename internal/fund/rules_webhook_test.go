package fund_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestHookAddresses(t *testing.T) {
	t.Parallel()
	long := "https://hooks.example/" + strings.Repeat("a", fund.MaxAddress-len("https://hooks.example/"))
	for _, good := range []string{
		"https://hooks.example", "http://hooks.example/", "https://HOOKS.Example.org:8443/a?b=c&d=%20", "https://hooks.example./",
		"https://a1.xn--bcher-kva.example/", "https://local.example/", " https://hooks.example/trimmed ", "https://hooks.example:65535", "https://hooks.example:1024/", "https://hooks.example:80/", "http://hooks.example:443/", long,
	} {
		var wrong fault.Fields
		address := good
		fund.CheckHook(&wrong, "url", &address)
		if len(wrong) != 0 || address != strings.TrimSpace(good) {
			t.Errorf("%q: got %v and %q, want it taken", good, wrong, address)
		}
	}
	for _, bad := range []string{
		"hooks.example", "//hooks.example/", "/path", "ftp://hooks.example/", "javascript:alert(1)", "https://", "https:///path",
		"https://localhost/", "https://LOCALHOST:80/", "https://printer/", "https://a.local/", "https://a.localhost/", "https://a.internal/",
		"https://a.test/", "https://a.invalid/", "https://router.home.arpa/", "https://home.arpa/", "https://a.onion/",
		"https://127.0.0.1/", "https://127.1/", "https://0x7f.0.0.1/", "https://1.2.3.0x4/", "https://2130706433/", "https://8.8.8.8/", "https://[::1]/", "https://[2001:4860::8888]/",
		"https://user:secret@hooks.example/", "https://user@hooks.example/", "https://hooks.example/#part",
		"https://hooks.example:port/", "https://hooks..example/", "https://-hooks.example/", "https://hooks-.example/",
		"https://hooks_a.example/", "https://bücher.example/", "https://hooks.example%2elocal/", "https://" + strings.Repeat("a", 64) + ".example/",
		"https://" + strings.Repeat("a.", 125) + "example/", "https:hooks.example", "https://hooks.example\\@evil/",
	} {
		var wrong fault.Fields
		address := bad
		fund.CheckHook(&wrong, "url", &address)
		t.Log(bad)
		wants(t, wrong, "url "+fund.NotHook)
	}
	for address, want := range map[string]string{
		"": "url cannot be blank", "  ": "url cannot be blank", long + "a": "url is too long (2048 characters at most)",
		"https://hooks.example/\x00": "url has characters that cannot be shown",
		"https://hooks.example:0/":   "url " + fund.NotPort, "https://hooks.example:65536/": "url " + fund.NotPort, "https://hooks.example:/": "url " + fund.NotPort,
		"https://hooks.example:0443/": "url " + fund.NotPort,
		"https://hooks.example:22/":   "url " + fund.NotHookPort, "http://hooks.example:1023/": "url " + fund.NotHookPort,
	} {
		var wrong fault.Fields
		fund.CheckHook(&wrong, "url", &address)
		wants(t, wrong, want)
	}
}

func TestSubscriptionPatch(t *testing.T) {
	t.Parallel()
	all := fund.WebhookEventTypes()
	got, wrong := fund.SubscriptionPatch{EventTypes: append([]string{all[7], all[0]}, all...)}.Check()
	wants(t, wrong)
	if fmt.Sprint(got) != fmt.Sprint(all) {
		t.Errorf("got %v, want all of them once and sorted", got)
	}
	for _, types := range [][]string{{"public:direct"}, {all[0], "PUBLIC:direct:fact_updated"}, {" " + all[0]}} {
		_, wrong := fund.SubscriptionPatch{EventTypes: types}.Check()
		wants(t, wrong, "event_types is not one of the allowed values")
	}
	_, wrong = fund.SubscriptionPatch{Invalid: fault.Fields{{Path: "event_types", Text: "is not a list"}}}.Check()
	wants(t, wrong, "event_types is not a list")
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"": false, "a": true, "!~": true, " ": false, "a b": false, "a\t": false, "é": false, "\x7f": false,
		strings.Repeat("a", 255): true, strings.Repeat("a", 256): false,
	} {
		if got := fund.IsIdempotencyKey(key); got != want {
			t.Errorf("%q: got %v, want %v", key, got, want)
		}
	}
	kept := fund.StoredAnswer{CreatedAt: noon}
	if kept.Expired(noon.Add(24*time.Hour-1)) || !kept.Expired(noon.Add(24*time.Hour)) {
		t.Error("an answer is not kept for exactly 24 hours")
	}
}
