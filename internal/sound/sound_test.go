package sound_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/sound"
)

// sample is a file below testdata, made by ffmpeg of tones, and of speech of espeak-ng.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	return must.Get(os.ReadFile(filepath.Join("testdata", name)))(t)
}

// wave is a WAV as its header says, with these bytes as samples.
func wave(tag, channels uint16, rate uint32, bits uint16, data []byte) []byte {
	le := binary.LittleEndian
	format := le.AppendUint16(le.AppendUint16(nil, tag), channels)
	format = le.AppendUint32(le.AppendUint32(format, rate), rate*uint32(channels*bits/8))
	format = le.AppendUint16(le.AppendUint16(format, channels*bits/8), bits)
	return riff(chunk("fmt ", format), chunk("data", data))
}

func riff(chunks ...[]byte) []byte {
	content := append([]byte("WAVE"), slices.Concat(chunks...)...)
	return chunk("RIFF", content)
}

func chunk(name string, content []byte) []byte {
	c := append([]byte(name), binary.LittleEndian.AppendUint32(nil, uint32(len(content)))...)
	return append(append(c, content...), make([]byte, len(content)%2)...)
}

// pcm16 are samples as 16 bits.
func pcm16(samples []float32) (data []byte) {
	for _, s := range samples {
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(s*math.MaxInt16)))
	}
	return data
}

// tone is a WAV of mono with 8 kHz that plays so long.
func tone(length time.Duration) []byte {
	return wave(1, 1, 8000, 16, pcm16(sine(8000, 1, part{-6, length.Seconds()})))
}

// TestTake takes what ffmpeg and espeak-ng wrote. The loudness is what ffmpeg's ebur128 says with dualmono, to its tenth.
func TestTake(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind     string
		length   time.Duration
		loudness int64
		peak     int64
	}{
		"vorbis.ogg": {"ogg", 600 * time.Millisecond, -870, 447},
		"mono.ogg":   {"ogg", 600 * time.Millisecond, -880, 531},
		"opus.ogg":   {"ogg", 600 * time.Millisecond, -880, 462},
		"speech.ogg": {"ogg", 2443562500, -1890, 692},
		"stereo.mp3": {"mp3", 653061224, -940, 432},
		"mono24.mp3": {"mp3", 576 * time.Millisecond, -930, 480},
	} {
		file := sample(t, name)
		got, err := sound.NewTaker(sound.Uploads).Take(t.Context(), "sound", file)
		if err != nil {
			t.Errorf("%s: got %v, %v", name, err, fault.From(err).Fields)
			continue
		}
		if got.Type != c.kind || got.Length != c.length || math.Abs(float64(got.Loudness-c.loudness)) > 40 || math.Abs(float64(got.Peak-c.peak)) > 15 {
			t.Errorf("%s: got %s of %v, %d, %d, want %+v", name, got.Type, got.Length, got.Loudness, got.Peak, c)
		}
		if again, err := sound.NewTaker(sound.Uploads).Take(t.Context(), "sound", got.Content); err != nil || again.Hash != got.Hash || len(got.Hash) != 64 {
			t.Errorf("%s: got %v, %v, want the same sound of what was kept", name, again.Hash, err)
		}
		if bytes.Contains(got.Content, []byte("Secret")) {
			t.Errorf("%s: its tags are still there", name)
		}
	}
}

// TestTakeWAV takes the same tone in each form of samples.
func TestTakeWAV(t *testing.T) {
	t.Parallel()
	samples := sine(16_000, 2, part{-20, .5})
	var eight, three, four, float []byte
	for _, s := range samples {
		eight = append(eight, byte(128+math.Round(float64(s)*127)))
		three = append(three, binary.LittleEndian.AppendUint32(nil, uint32(int32(s*(1<<23-1))))[:3]...)
		four = binary.LittleEndian.AppendUint32(four, uint32(int32(float64(s)*math.MaxInt32)))
		float = binary.LittleEndian.AppendUint32(float, math.Float32bits(s))
	}
	extensible := wave(0xfffe, 2, 16_000, 16, pcm16(samples))
	longer := slices.Concat(extensible[20:36], []byte{22, 0, 16, 0, 3, 0, 0, 0, 1, 0}, make([]byte, 14))
	for name, file := range map[string][]byte{
		"8 bits": wave(1, 2, 16_000, 8, eight), "16 bits": wave(1, 2, 16_000, 16, pcm16(samples)), "24 bits": wave(1, 2, 16_000, 24, three),
		"32 bits": wave(1, 2, 16_000, 32, four), "floats": wave(3, 2, 16_000, 32, float),
		"extensible":  riff(chunk("fmt ", longer), chunk("data", pcm16(samples))),
		"with others": riff(chunk("LIST", []byte("Secret!")), chunk("fmt ", extensible[20:36])[:0], wave(1, 2, 16_000, 16, pcm16(samples))[12:], chunk("id3 ", []byte("Secret"))),
	} {
		got, err := sound.NewTaker(sound.Uploads).Take(t.Context(), "sound", file)
		if err != nil {
			t.Errorf("%s: got %v, %v", name, err, fault.From(err).Fields)
			continue
		}
		if got.Length != 500*time.Millisecond || math.Abs(float64(got.Loudness+2000)) > 20 || math.Abs(float64(got.Peak)-100) > 8 {
			t.Errorf("%s: got %v, %d, %d, want half a second at -20 LUFS", name, got.Length, got.Loudness, got.Peak)
		}
		if bytes.Contains(got.Content, []byte("Secret")) {
			t.Errorf("%s: its tags are still there", name)
		}
	}
}

func TestTakeRefuses(t *testing.T) {
	t.Parallel()
	vorbis, opus, mp3 := sample(t, "vorbis.ogg"), sample(t, "opus.ogg"), sample(t, "stereo.mp3")
	good := tone(time.Second)
	data := pcm16(sine(8000, 1, part{-6, 1}))
	lying := bytes.Clone(good)
	binary.LittleEndian.PutUint32(lying[40:], math.MaxUint32)
	endless := bytes.Clone(good)
	binary.LittleEndian.PutUint32(endless[4:], math.MaxUint32)
	const damaged = "is damaged or cut off"
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":                  {nil, "is empty"},
		"text":                     {[]byte("hello"), "is not a sound"},
		"a picture":                {[]byte("\x89PNG\r\n\x1a\n"), "is not a sound"},
		"HTML with a sound":        {append([]byte("<html>"), mp3...), "is not a sound"},
		"FLAC":                     {[]byte("fLaC\x00"), "is a FLAC"},
		"a video":                  {[]byte("\x00\x00\x00\x18ftypmp42"), "is a video"},
		"AVI":                      {[]byte("RIFF\x04\x00\x00\x00AVI "), "is a video"},
		"WAV, its beginning":       {good[:20], damaged},
		"WAV without its end":      {good[:len(good)-100], damaged},
		"WAV without samples":      {riff(chunk("fmt ", good[20:36])), damaged},
		"WAV with no samples":      {wave(1, 1, 8000, 16, nil), "is silent"},
		"WAV that lies":            {lying, damaged},
		"WAV without end":          {endless, damaged},
		"WAV of half samples":      {wave(1, 2, 8000, 16, data[:len(data)-2]), damaged},
		"WAV of 0 Hz":              {wave(1, 1, 0, 16, data), "has 0 samples a second"},
		"WAV of 4 GHz":             {wave(1, 1, math.MaxUint32, 16, data), "has 4294967295 samples a second"},
		"WAV without channels":     {wave(1, 0, 8000, 16, data), "has 0 channels"},
		"WAV of 192 channels":      {wave(1, 192, 8000, 16, data), "has 192 channels"},
		"WAV of no bits":           {wave(1, 1, 8000, 0, data), damaged},
		"ADPCM":                    {wave(2, 1, 8000, 8, data), "samples are compressed"},
		"not numbers":              {wave(3, 1, 8000, 32, bytes.Repeat([]byte{0xff}, 8000)), damaged},
		"silence":                  {wave(1, 1, 8000, 16, make([]byte, 8000)), "is silent"},
		"Ogg of something else":    {append([]byte("OggS\x00\x02"), make([]byte, 40)...), "without Vorbis or Opus"},
		"Vorbis without its end":   {vorbis[:len(vorbis)-100], damaged},
		"Vorbis, one bit wrong":    {flipped(vorbis, len(vorbis)/2), damaged},
		"Vorbis, its headers":      {vorbis[:4000], damaged},
		"Vorbis and more":          {append(bytes.Clone(vorbis), vorbis...), damaged},
		"Vorbis of 0 Hz":           {patched(vorbis, 40, 0, 0, 0, 0), "has 0 samples a second"},
		"Vorbis of 192 channels":   {patched(vorbis, 39, 192), "has 192 channels"},
		"Vorbis of tiny blocks":    {patched(vorbis, 56, 0x11), damaged},
		"Opus without its end":     {opus[:len(opus)-100], damaged},
		"Opus, one bit wrong":      {flipped(opus, len(opus)/2), damaged},
		"Opus of 192 channels":     {patched(opus, 37, 192), "has 192 channels"},
		"Opus of other channels":   {patched(opus, 46, 1), damaged},
		"MP3 without its end":      {mp3[:len(mp3)-100], damaged},
		"MP3, its tag":             {mp3[:12], damaged},
		"MP3 with a gap":           {slices.Concat(mp3, []byte("gap"), mp3), damaged},
		"MP3 with a script":        {append(bytes.Clone(mp3), "<script>alert(1)</script>"...), damaged},
		"MP3 with an endless tag":  {append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), mp3...), damaged},
		"MP3 that is misread":      {sample(t, "padded22.mp3"), "with 32, 44.1 or 48 kHz"},
		"MP3 of a free bit rate":   {[]byte{0xff, 0xfb, 0x00, 0x00, 0, 0, 0, 0}, "with 32, 44.1 or 48 kHz"},
		"MPEG layer II, no layers": {[]byte{0xff, 0xfd, 0x90, 0x00, 0, 0, 0, 0}, "is not a sound"},
	} {
		_, err := sound.NewTaker(sound.Uploads).Take(t.Context(), "sound", c.file)
		f := fault.From(err)
		if err == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "sound" || !strings.Contains(f.Fields[0].Text, c.want) {
			t.Errorf("%s: got %v, %v, want the field sound: %q", name, err, f.Fields, c.want)
		}
	}
}

func flipped(file []byte, at int) []byte {
	file = bytes.Clone(file)
	file[at] ^= 1
	return file
}

// patched overwrites bytes in the first page of an Ogg file, and mends its checksum.
func patched(file []byte, at int, with ...byte) []byte {
	file = bytes.Clone(file)
	copy(file[at:], with)
	return summed(file, 0)
}

// summed mends the checksum of the page that begins there.
func summed(file []byte, page int) []byte {
	end := page + 27 + int(file[page+26])
	for _, n := range file[page+27 : end] {
		end += int(n)
	}
	binary.LittleEndian.PutUint32(file[page+22:], sound.OggSum(file[page:end]))
	return file
}

// TestTakeLimits stands on both sides of each edge.
func TestTakeLimits(t *testing.T) {
	t.Parallel()
	tenth := 100 * time.Millisecond
	padded := func(size int) []byte {
		file := tone(time.Second)
		return riff(file[12:], chunk("junk", make([]byte, size-len(file)-8)))
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"the most bytes":      {padded(sound.MaxBytes), ""},
		"more bytes":          {padded(sound.MaxBytes + 2), "is larger than 1 MB"},
		"the longest":         {tone(sound.MaxLength), ""},
		"longer":              {tone(sound.MaxLength + tenth), "is longer than 10 seconds"},
		"the lowest rate":     {wave(1, 1, sound.MinRate, 16, pcm16(sine(8000, 1, part{-6, 1}))), ""},
		"a lower rate":        {wave(1, 1, sound.MinRate-1, 16, pcm16(sine(8000, 1, part{-6, 1}))), "has 7999 samples a second"},
		"the highest rate":    {wave(1, 1, sound.MaxRate, 16, pcm16(sine(96_000, 1, part{-6, .5}))), ""},
		"a higher rate":       {wave(1, 1, sound.MaxRate+1, 16, pcm16(sine(96_000, 1, part{-6, .5}))), "has 96001 samples a second"},
		"the most channels":   {wave(1, sound.MaxChannels, 8000, 16, pcm16(sine(8000, 2, part{-6, 1}))), ""},
		"one channel more":    {wave(1, sound.MaxChannels+1, 8000, 16, pcm16(sine(8000, 3, part{-6, 1}))), "has 3 channels"},
		"just above silence":  {wave(3, 2, 8000, 32, floats(sine(8000, 2, part{-69, 1}))), ""},
		"just below the gate": {wave(3, 2, 8000, 32, floats(sine(8000, 2, part{-71, 1}))), "is silent"},
	} {
		_, err := sound.NewTaker(sound.Uploads).Take(t.Context(), "sound", c.file)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: got %v, %v", name, err, fault.From(err).Fields)
			}
			continue
		}
		if fields := fault.From(err).Fields; err == nil || len(fields) != 1 || !strings.Contains(fields[0].Text, c.want) {
			t.Errorf("%s: got %v, %v, want %q", name, err, fields, c.want)
		}
	}
}

func floats(samples []float32) (data []byte) {
	for _, s := range samples {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(s))
	}
	return data
}

// TestTakeGoesAway ends with who asked, rather than to wait for a turn.
func TestTakeGoesAway(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	taker := sound.NewTaker(sound.Uploads)
	sound.TakeTurn(taker)
	if _, err := taker.Take(ctx, "sound", tone(time.Second)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
}

// TestEnded takes a WAV as a program writes it to a pipe, and leaves all else as it is.
func TestEnded(t *testing.T) {
	t.Parallel()
	good := tone(time.Second)
	for name, size := range map[string]uint32{"a large number": 0x7fffffdb, "the largest": math.MaxUint32} {
		piped := bytes.Clone(good)
		binary.LittleEndian.PutUint32(piped[4:], size)
		binary.LittleEndian.PutUint32(piped[40:], size)
		if got := sound.Ended(piped); !bytes.Equal(got, good) {
			t.Errorf("%s: got %d bytes, want those with their true sizes", name, len(got))
		}
	}
	for name, file := range map[string][]byte{"nothing": nil, "a WAV": good, "MP3": sample(t, "stereo.mp3"), "a beginning": good[:38], "no samples": good[:44], "text": []byte("data")} {
		if got := sound.Ended(file); len(got) != len(file) {
			t.Errorf("%s: got %d bytes of %d", name, len(got), len(file))
		}
	}
}

// TestSpeechLimits takes speech that is longer than an upload may be.
func TestSpeechLimits(t *testing.T) {
	t.Parallel()
	taker := sound.NewTaker(sound.Speech)
	if got, err := taker.Take(t.Context(), "speech", tone(sound.MaxSpeechLength)); err != nil || got.Length != sound.MaxSpeechLength {
		t.Errorf("got %v, %v, want it taken", got.Length, err)
	}
	if _, err := taker.Take(t.Context(), "speech", tone(sound.MaxSpeechLength+time.Second)); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.From(err).Fields[0].Text, "longer than 40 seconds") {
		t.Errorf("got %v, want it refused", err)
	}
}

func TestBuiltins(t *testing.T) {
	t.Parallel()
	for _, name := range sound.Builtins() {
		s, ok := sound.Builtin(name)
		if !ok || s.Type != "wav" || s.Length > 2*time.Second || len(s.Content) > 100_000 || s.Loudness < -2300 || s.Peak > 501 {
			t.Errorf("%s: got %s of %v, %d bytes, %d, %d", name, s.Type, s.Length, len(s.Content), s.Loudness, s.Peak)
		}
	}
	if _, ok := sound.Builtin("scream"); ok || len(sound.Builtins()) != 5 {
		t.Errorf("got %v, and a sound that nobody made: %v", sound.Builtins(), ok)
	}
}

func FuzzTake(f *testing.F) {
	taker := sound.NewTaker(sound.Uploads)
	for _, name := range []string{"vorbis.ogg", "mono.ogg", "opus.ogg", "speech.ogg", "stereo.mp3", "mono24.mp3", "padded22.mp3"} {
		f.Add(sample(f, name))
	}
	f.Add(tone(time.Second / 10))
	f.Add(wave(3, 2, 8000, 32, floats(sine(8000, 2, part{-6, .1}))))
	f.Fuzz(func(t *testing.T, file []byte) {
		if bytes.HasPrefix(file, []byte("OggS")) {
			mend(file)
		}
		got, err := taker.Take(t.Context(), "sound", file)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v, want an invalid field", err)
			}
			return
		}
		if got.Length <= 0 || got.Length > sound.MaxLength+200*time.Millisecond || got.Loudness <= sound.Silence || got.Peak < 1 || len(got.Content) > sound.MaxBytes+64 {
			t.Errorf("got %v, %d, %d", got.Length, got.Loudness, got.Peak)
		}
		if again, err := taker.Take(t.Context(), "sound", got.Content); err != nil || again.Hash != got.Hash {
			t.Errorf("what was kept cannot be taken again: %v", err)
		}
	})
}

// mend mends the checksums of all pages, so that what is wrong within gets to the decoders.
func mend(file []byte) {
	for at := 0; ; {
		next := bytes.Index(file[at:], []byte("OggS"))
		if next < 0 {
			return
		}
		at += next
		if end := at + 27; end > len(file) || !whole(file[at:]) {
			return
		}
		summed(file, at)
		at += 4
	}
}

// whole reports whether the page that begins here is there.
func whole(page []byte) bool {
	size := 27 + int(page[26])
	if size > len(page) {
		return false
	}
	for _, n := range page[27:size] {
		size += int(n)
	}
	return size <= len(page)
}
