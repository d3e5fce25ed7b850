package dash_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// beep is a WAV with a second of a tone.
func beep() []byte {
	const rate = 8000
	le := binary.LittleEndian
	file := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	file = le.AppendUint32(le.AppendUint32(file, rate), 2*rate)
	file = le.AppendUint32(append(file, "\x02\x00\x10\x00data"...), 2*rate)
	for i := range rate {
		file = le.AppendUint16(file, uint16(int16(20_000*math.Sin(float64(i)/2))))
	}
	le.PutUint32(file[4:], uint32(len(file)-8))
	return file
}

// TestAlertSettings sets up how alerts sound, is told what is wrong, and does not save over what somebody else changed meanwhile.
func TestAlertSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, at := h.as("owner"), h.base()+"/stage/sound"
	now := func() fund.AlertSettings { return must.Get(h.GetAlertSettings(t.Context(), h.owner, h.key()))(t) }
	if page := b.Get(h.base() + "/stage"); !strings.Contains(page.Text, `href="`+at+`"`) {
		t.Errorf("got no link to how alerts sound\n%s", page.Text)
	}
	page := b.Get(at)
	if strings.Contains(page.Text, `value="own"`) || !strings.Contains(page.Text, "cannot read aloud") {
		t.Errorf("got a file of its own to choose, or a voice, want neither\n%s", page.Text)
	}
	form := func() url.Values { return testbrowser.With(page.Form(t, at), "sound", "chime") }
	for field, wrong := range map[string]string{"volume": "101", "least": "much", "sound": "scream"} {
		got := b.Post(at, testbrowser.With(form(), field, wrong))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem"`) {
			t.Errorf("%s: got %d\n%s", field, got.StatusCode, got.Text)
		}
	}
	if got := b.Post(at, testbrowser.With(form(), "volume", "")); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d for no volume, want it refused", got.StatusCode)
	}
	got := b.Post(at, testbrowser.With(form(), "sound", "coin", "volume", "30", "least", "2.50", "speak_name", "yes"))
	if s := now(); got.StatusCode != http.StatusSeeOther || s.Sound != fund.AlertCoin || s.Volume != 30 || s.Least != 250 || !s.SpeakName || s.SpeakAmount || s.SpeakComment {
		t.Errorf("got %d, %+v\n%s", got.StatusCode, s, got.Text)
	}
	if clash := b.Post(at, testbrowser.With(form(), "volume", "40")); clash.StatusCode != http.StatusPreconditionFailed || now().Volume != 30 {
		t.Errorf("got %d over what was changed meanwhile, want 412", clash.StatusCode)
	}
	if got := b.Post(at, testbrowser.With(b.Get(at).Form(t, at), "sound", "coin", "volume", "30", "least", "")); got.StatusCode != http.StatusSeeOther || now().Least != 0 {
		t.Errorf("got %d, %+v, want alerts of all donations\n%s", got.StatusCode, now(), got.Text)
	}
	for _, path := range []string{at, at + "/files"} {
		if got := h.as("stranger").Get(path); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d for a stranger, want 403", path, got.StatusCode)
		}
	}
}

// TestAlertPolicy sets up how alerts follow each other, and is told what is wrong.
func TestAlertPolicy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, at := h.as("owner"), h.base()+"/stage/queue"
	if page := b.Get(h.base() + "/stage"); !strings.Contains(page.Text, `href="`+at+`"`) {
		t.Errorf("got no link to how alerts follow each other\n%s", page.Text)
	}
	page := b.Get(at)
	form := func() url.Values { return page.Form(t, at) }
	for _, wrong := range [][3]string{
		{"rest", "7", "from 0 to 6"}, {"rest", "", "from 0 to 6"}, {"rest", "9223372036854775807", "from 0 to 6"}, {"apart", "0", "from 1 to 20"}, {"apart", "21", "from 1 to 20"}, {"age", "4", "from 5 to 1440"},
		{"age", "1441", "from 5 to 1440"}, {"together", "much", ""}, {"jump", "1", "must not be less"},
	} {
		got := b.Post(at, testbrowser.With(form(), "together", "2", wrong[0], wrong[1]))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+wrong[0]+`-problem"`) || !strings.Contains(got.Text, wrong[2]) {
			t.Errorf("%v: got %d\n%s", wrong, got.StatusCode, got.Text)
		}
	}
	got := b.Post(at, testbrowser.With(form(), "rest", "6", "apart", "20", "together", "2.50", "jump", "100", "age", "5"))
	want := fund.AlertPolicy{Rest: 6 * time.Second, Apart: 20, Together: 250, Jump: 10000, Age: 5 * time.Minute}
	if s := must.Get(h.GetAlertSettings(t.Context(), h.owner, h.key()))(t); got.StatusCode != http.StatusSeeOther || s.Policy != want {
		t.Errorf("got %d, %+v, want %+v\n%s", got.StatusCode, s.Policy, want, got.Text)
	}
	if clash := b.Post(at, testbrowser.With(form(), "apart", "3")); clash.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("got %d over what was changed meanwhile, want 412", clash.StatusCode)
	}
	if got := h.as("stranger").Get(at); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
}

// TestAlertSounds uploads a file, is told what is wrong with others, and removes it.
func TestAlertSounds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, at := h.as("owner"), h.base()+"/stage/sound/files"
	now := func() fund.AlertSettings { return must.Get(h.GetAlertSettings(t.Context(), h.owner, h.key()))(t) }
	page := b.Get(at)
	for _, name := range fund.BuiltinSounds() {
		if !strings.Contains(page.Text, `src="`+fund.SoundPath+string(name)+`.wav"`) {
			t.Errorf("got no %s to listen to", name)
		}
	}
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "media-src 'self'") {
		t.Errorf("got the policy %q, which plays nothing", policy)
	}
	form := fields(t, page, at)
	long := slices.Concat(beep()[:44], bytes.Repeat([]byte("a"), 2*8000*11))
	binary.LittleEndian.PutUint32(long[4:], uint32(len(long)-8))
	binary.LittleEndian.PutUint32(long[40:], uint32(len(long)-44))
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"no sound": {[]byte("no sound"), "cannot be taken"}, "cut off": {beep()[:99], "damaged or cut off"}, "long": {long, "longer than 10 seconds"},
		"large": {make([]byte, 1<<20+1), "larger than 1 MB"}, "silent": {append(beep()[:44], make([]byte, 16_000)...), "is silent"},
	} {
		if got := h.sendAs(b, at, form, "file", c.file); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, c.want) {
			t.Errorf("%s: got %d, want %q\n%s", name, got.StatusCode, c.want, got.Text)
		}
	}
	if got := h.sendAs(b, at, form, "file", beep()); got.Header.Get("Location") != at+"?done=saved" || now().Sound != fund.AlertOwn {
		t.Errorf("got %d, want it taken\n%s", got.StatusCode, got.Text)
	}
	if page := b.Get(at).Text; !strings.Contains(page, now().Own.Address()) {
		t.Errorf("got no file of its own to listen to\n%s", page)
	}
	if !strings.Contains(b.Get(h.base()+"/stage/sound").Text, `value="own" selected`) {
		t.Error("got another sound chosen, want the file")
	}
	if got := b.Post(at, testbrowser.With(form, "no_file", "yes")); got.StatusCode != http.StatusSeeOther || now().Own.Hash != "" || now().Sound != fund.AlertChime {
		t.Errorf("got %d, want the file removed", got.StatusCode)
	}
	if got := b.Post(at, form); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for no file, want nothing changed", got.StatusCode)
	}
	if got := h.as("stranger").Post(at, form); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
}

// TestTheSoundOfAVariant uploads a file on the page that its form leads to, listens to it, chooses it there, and removes it.
func TestTheSoundOfAVariant(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := must.Get(h.CreateAlertVariant(t.Context(), h.owner, h.key(), fund.AlertVariantPatch{Name: fund.Some("<Big>"), Kind: fund.Some(fund.AlertGift)}))(t)
	b, of := h.as("owner"), h.base()+"/variants/"+v.ID.String()
	at := of + "/sound"
	now := func() fund.AlertVariant { return must.Get(h.GetAlertVariant(t.Context(), h.owner, v.ID))(t) }
	if page := b.Get(of).Text; !strings.Contains(page, `href="`+at+`"`) || strings.Contains(page, `value="variant"`) {
		t.Errorf("got\n%s\nwant a link to its sound, and no file to choose", page)
	}
	page := b.Get(at)
	if !strings.Contains(page.Text, "Sound of the variant “&lt;Big&gt;”") || strings.Count(page.Text, "<audio") != len(fund.BuiltinSounds()) || strings.Contains(page.Text, `name="no_file"`) {
		t.Errorf("got\n%s\nwant the sounds of the server alone", page.Text)
	}
	form := fields(t, page, at)
	if got := h.sendAs(b, at, form, "file", []byte("no sound")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "cannot be taken") {
		t.Errorf("got %d\n%s", got.StatusCode, got.Text)
	}
	if got := h.sendAs(b, at, form, "file", beep()); got.Header.Get("Location") != at+"?done=saved" || now().Sound != fund.AlertOfVariant {
		t.Errorf("got %d, %+v, want it taken\n%s", got.StatusCode, now(), got.Text)
	}
	if page := b.Get(at).Text; !strings.Contains(page, now().File.Address()) || !strings.Contains(page, `name="no_file"`) {
		t.Errorf("got no file of its own to listen to and to remove\n%s", page)
	}
	if page := b.Get(of).Text; !strings.Contains(page, `value="variant" selected`) {
		t.Errorf("got\n%s\nwant the file chosen", page)
	}
	if own := must.Get(h.GetAlertSettings(t.Context(), h.owner, h.key()))(t).Own; own.Hash != "" {
		t.Errorf("got %+v, want no file of the stage", own)
	}
	if got := b.Post(at, testbrowser.With(form, "no_file", "yes")); got.StatusCode != http.StatusSeeOther || now().File.Hash != "" || now().Sound != "" {
		t.Errorf("got %d, want the file removed", got.StatusCode)
	}
	if got := h.as("stranger").Post(at, form); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
	if got := b.Get(h.base() + "/variants/00000000-0000-4000-8000-000000000004/sound"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a variant that is none, want 404", got.StatusCode)
	}
}
