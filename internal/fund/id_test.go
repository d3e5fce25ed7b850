package fund_test

import (
	"bytes"
	"errors"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
)

const someID = "019cb000-1e00-7abc-8def-0123456789ab"

func TestIDsAreReadInTheirCanonicalForm(t *testing.T) {
	t.Parallel()
	id, err := fund.ParseID(someID)
	if err != nil || id.String() != someID || id.IsZero() {
		t.Errorf("got %s, %v, want %s", id, err, someID)
	}
	if upper, err := fund.ParseID("019CB000-1E00-7ABC-8DEF-0123456789AB"); err != nil || upper != id {
		t.Errorf("upper case: got %s, %v, want %s", upper, err, id)
	}
	for _, bad := range []string{
		"", "1", someID[:35], someID + "0", "{" + someID[:34] + "}", "019cb0001e007abc8def0123456789ab", "urn:uuid:" + someID,
		"019cb000-1e00-7abc-8def-0123456789ag", "019cb000_1e00_7abc_8def_0123456789ab",
	} {
		if got, err := fund.ParseID(bad); err == nil || !got.IsZero() {
			t.Errorf("%q: got %s, %v, want an error", bad, got, err)
		}
	}
}

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		random := func(label string) *bytes.Reader {
			return bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, label))
		}
		early, err := fund.NewID(noon, random("early"))
		if err != nil {
			t.Fatal(err)
		}
		late, err := fund.NewID(noon.Add(1_000_000), random("late"))
		if err != nil || bytes.Compare(early[:], late[:]) >= 0 {
			t.Fatalf("got %s before %s, %v", early, late, err)
		}
		if early[6]>>4 != 7 || early[8]>>6 != 2 {
			t.Fatalf("got %s, want a UUID of version 7", early)
		}
	})
	broken := errors.New("no randomness")
	if _, err := fund.NewID(noon, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of the source", err)
	}
}

func TestAnIDWithOtherBitsIsOfTheSameTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id, _ := fund.ParseID(someID)
		bits := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "bits"))
		made := id.With(bits)
		if !bytes.Equal(made[:6], id[:6]) || made[6] != bits[0]&0x0f|0x70 || made[7] != bits[1] || made[8] != bits[2]&0x3f|0x80 ||
			!bytes.Equal(made[9:], bits[3:10]) {
			t.Fatalf("got %s of %x", made, bits)
		}
	})
}

func TestIDsInTheDatabase(t *testing.T) {
	t.Parallel()
	id, _ := fund.ParseID(someID)
	stored, err := id.Value()
	if b, ok := stored.([]byte); err != nil || !ok || len(b) != 16 {
		t.Fatalf("got %v, %v, want 16 bytes", stored, err)
	}
	var read fund.ID
	if err := read.Scan(stored); err != nil || read != id {
		t.Errorf("got %s, %v, want %s", read, err, id)
	}
	if err := read.Scan(nil); err != nil || !read.IsZero() {
		t.Errorf("NULL: got %s, %v, want no id", read, err)
	}
	if none, err := (fund.ID{}).Value(); none != nil || err != nil {
		t.Errorf("no id: got %v, %v, want NULL", none, err)
	}
	for _, bad := range []any{[]byte{}, make([]byte, 15), make([]byte, 17), someID, int64(1)} {
		if err := read.Scan(bad); err == nil {
			t.Errorf("%v: got nil, want an error", bad)
		}
	}
}

func TestTheTimeOfAnID(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 123_456_789, time.UTC)
	id, err := fund.NewID(at, bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := id.Time(); !ok || !got.Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("got %s, %v, want the millisecond of %s", got, ok, at)
	}
	random, err := fund.ParseID("019cb000-1e00-4abc-8def-0123456789ab")
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := random.Time(); ok || !got.IsZero() {
		t.Errorf("got %s, %v, want no time in an id of version 4", got, ok)
	}
}

func TestKeysInMessages(t *testing.T) {
	t.Parallel()
	id, _ := fund.ParseID(someID)
	for want, key := range map[string]fund.Key{
		"run": {Slug: "run", LegacyID: 7, ID: id}, "7": {LegacyID: 7, ID: id}, someID: {ID: id}, "": {}, "-1": {LegacyID: -1},
	} {
		if got := key.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAFieldThatIsNotSetStays(t *testing.T) {
	t.Parallel()
	name := "before"
	fund.Opt[string]{Value: "after"}.To(&name)
	if name != "before" {
		t.Errorf("got %q, want it left alone", name)
	}
	if fund.Some("").To(&name); name != "" {
		t.Errorf("got %q, want it cleared", name)
	}
}
