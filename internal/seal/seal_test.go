package seal_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/seal"
)

var place = seal.Place{Table: "webhook_endpoints", Column: "signing_key", Row: "1"}

func TestSealedValuesOpenInTheirPlaceOnly(t *testing.T) {
	t.Parallel()
	r := seal.NewRing([]seal.Key{seal.NewKey()}, nil)
	for _, value := range []string{"\x00", strings.Repeat("0123456789abcdef", 4), "https://hooks.example/💜?a=\x00b", strings.Repeat("x", 100_000)} {
		sealed := must.Get(r.Seal(place, value))(t)
		if strings.Contains(sealed, value) || seal.KeyID(sealed) != r.PresentID() {
			t.Errorf("got %.60s, want it sealed with %s", sealed, r.PresentID())
		}
		if got, err := r.Open(place, sealed); err != nil || got != value {
			t.Errorf("got %.60q, %v, want %.60q", got, err, value)
		}
		if again := must.Get(r.Seal(place, value))(t); again == sealed {
			t.Error("got the same text for the same value, want another one each time")
		}
		for _, other := range []seal.Place{
			{Table: "webhook_endpoint", Column: "ssigning_key", Row: "1"}, {Table: place.Table, Column: "previous_key", Row: "1"},
			{Table: place.Table, Column: place.Column, Row: "2"}, {Table: place.Table, Column: place.Column}, {},
		} {
			if got, err := r.Open(other, sealed); !errors.Is(err, seal.ErrDamaged) {
				t.Errorf("at %v: got %.60q, %v, want it refused", other, got, err)
			}
		}
	}
}

func TestWhatWasChangedDoesNotOpen(t *testing.T) {
	t.Parallel()
	r := seal.NewRing([]seal.Key{seal.NewKey()}, nil)
	sealed := must.Get(r.Seal(place, "a secret"))(t)
	start := strings.LastIndexByte(sealed, ':') + 1
	for i := start; i < len(sealed)-1; i++ { // the last sign has bits that stand for nothing
		changed := []byte(sealed)
		if changed[i]++; !strings.ContainsAny(string(changed[i]), "-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			changed[i] = 'A'
		}
		if got, err := r.Open(place, string(changed)); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("sign %d changed: got %q, %v, want it refused", i, got, err)
		}
	}
	for _, cut := range []string{sealed[:start], sealed[:start+3], sealed[:len(sealed)-4], sealed + "AAAA", sealed[:start] + "!"} {
		if got, err := r.Open(place, cut); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("%s: got %q, %v, want it refused", cut, got, err)
		}
	}
}

func TestPlainValuesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	r := seal.NewRing([]seal.Key{seal.NewKey()}, nil)
	for _, plain := range []string{"", "0123", "sealed", "sealed:1:", "sealed:1:short:x", "sealed:2:01234567:x"} {
		if got, err := r.Open(place, plain); err != nil || got != plain || seal.KeyID(plain) != "" {
			t.Errorf("%q: got %q, %v, want it as it is", plain, got, err)
		}
	}
	if got := must.Get(r.Seal(place, ""))(t); got != "" {
		t.Errorf("got %q for nothing, want nothing", got)
	}
}

// TestKeysAreReplaced seals with an old key, and reads as a server does that learns of the new one later.
func TestKeysAreReplaced(t *testing.T) {
	t.Parallel()
	older, fresh := seal.NewKey(), seal.NewKey()
	before := seal.NewRing([]seal.Key{older}, nil)
	after := seal.NewRing([]seal.Key{fresh, older}, nil)
	old := must.Get(before.Seal(place, "value"))(t)
	if got, err := after.Open(place, old); err != nil || got != "value" || after.PresentID() != fresh.ID() {
		t.Errorf("got %q, %v, want the value of the older key", got, err)
	}
	young := must.Get(after.Seal(place, "value"))(t)
	if got, err := before.Open(place, young); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("got %q, %v, want no key for it", got, err)
	}
	reads := 0
	running := seal.NewRing([]seal.Key{older}, func() ([]seal.Key, error) { reads++; return []seal.Key{fresh, older}, nil })
	for range 3 {
		if got, err := running.Open(place, young); err != nil || got != "value" {
			t.Errorf("got %q, %v, want the key read again", got, err)
		}
	}
	if reads != 1 || running.PresentID() != fresh.ID() {
		t.Errorf("got %d reads and the key %s, want one and the new key", reads, running.PresentID())
	}
	failing := seal.NewRing([]seal.Key{older}, func() ([]seal.Key, error) { return nil, errors.New("no file") })
	if _, err := failing.Open(place, young); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("got %v, want no key", err)
	}
	if got, err := failing.Open(place, old); err != nil || got != "value" {
		t.Errorf("got %q, %v, want the keys that were there to stay", got, err)
	}
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	one, two := seal.NewKey(), seal.NewKey()
	for _, text := range []string{
		one.Text() + "," + two.Text(), one.Text() + "\n" + two.Text() + "\n", "# a key, a word\r\n " + strings.ToUpper(one.Text()) + " ,\r\n\n#\n" + two.Text(),
	} {
		if got, err := seal.ParseKeys(text); err != nil || len(got) != 2 || got[0] != one || got[1] != two {
			t.Errorf("got %d keys, %v, want both", len(got), err)
		}
	}
	for _, text := range []string{"", "\n", "# " + one.Text(), one.Text()[1:], one.Text() + "0", "g" + one.Text()[1:], one.Text() + " secret", strings.Repeat(one.Text()+"\n", seal.MaxKeys+1)} {
		if got, err := seal.ParseKeys(text); err == nil || strings.Contains(err.Error(), one.Text()[1:]) {
			t.Errorf("got %d keys, %v, want them refused without being repeated", len(got), err)
		}
	}
	if got, err := seal.ParseKeys(strings.Repeat(one.Text()+"\n", seal.MaxKeys)); err != nil || len(got) != seal.MaxKeys {
		t.Errorf("got %d keys, %v, want %d", len(got), err, seal.MaxKeys)
	}
	if id := one.ID(); len(id) != 8 || strings.Contains(one.Text(), id) || id == two.ID() {
		t.Errorf("got the id %s, want one that is no part of the key", id)
	}
}
