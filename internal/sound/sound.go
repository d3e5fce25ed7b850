// Package sound takes short sounds for alerts: WAV, Ogg with Vorbis or Opus, and MP3. A file is known by its bytes, whatever its name says, and is
// decoded once as it comes in: what cannot be decoded to its end is refused in words for the person who chose it, and what can is measured, so that a
// player can make all sounds equally loud. Files are kept as they are, but for the tags of MP3 and WAV, which do not survive.
//
// Headers are checked before a decoder sees them, decoding ends at the longest sound, and one file is decoded at a time: at most 20 MB are held.
package sound

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The limits of a sound.
const (
	// MaxBytes and MaxLength are the largest file that is uploaded, and how long it may be.
	MaxBytes  = 1 << 20
	MaxLength = 10 * time.Second
	// MaxSpeechBytes and MaxSpeechLength are those of what a program speaks.
	MaxSpeechBytes  = 4 << 20
	MaxSpeechLength = 40 * time.Second
	// MinRate is the least samples a second that a sound may have, MaxRate the most.
	MinRate = 8_000
	MaxRate = 96_000
	// MaxChannels is how many channels a sound may have.
	MaxChannels = 2
	// Silence is the loudness in hundredths of LUFS at and below which a sound is none: the absolute gate of EBU R 128.
	Silence = -7000
	// maxAtOnce is how many sounds are decoded at once.
	maxAtOnce = 1
	// maxWait is how long an upload waits for its turn before it is refused.
	maxWait = 10 * time.Second
	// maxDecoding is how long a sound may take to decode; sounds of MaxLength take well below a second.
	maxDecoding = 10 * time.Second
)

// Sound is a file that was taken.
type Sound struct {
	// Hash is the SHA-256 of the content, in lower-case hexadecimal digits.
	Hash string
	// Type is "wav", "ogg" or "mp3".
	Type    string
	Content []byte
	// Length is how long it plays.
	Length time.Duration
	// Loudness is the integrated loudness of EBU R 128 in hundredths of LUFS; mono is measured as it is played, on two channels.
	Loudness int64
	// Peak is the largest sample in thousandths of full scale, at least 1.
	Peak int64
}

// Limits are how large a file is taken, and how long it may play.
type Limits struct {
	Bytes  int
	Length time.Duration
}

// The limits of what is uploaded, and of what a program speaks.
var (
	Uploads = Limits{MaxBytes, MaxLength}
	Speech  = Limits{MaxSpeechBytes, MaxSpeechLength}
)

// longest is how many samples of a channel are taken.
func (l Limits) longest(rate int) int { return rate * int(l.Length/time.Second) }

// tooLong is why a longer sound is refused.
func (l Limits) tooLong() refusal {
	return refusal(fmt.Sprintf("is longer than %d seconds: cut it shorter", l.Length/time.Second))
}

// Taker takes sounds, as many at once as memory allows.
type Taker struct {
	limits Limits
	turns  chan struct{}
}

// NewTaker makes a taker of sounds within limits.
func NewTaker(l Limits) *Taker { return &Taker{limits: l, turns: make(chan struct{}, maxAtOnce)} }

// Take takes a file. One that cannot be taken is Invalid, with the reason at the field; Unavailable when too many are being taken.
func (t *Taker) Take(ctx context.Context, field string, file []byte) (Sound, error) {
	f, why := formatOf(file, t.limits)
	if why != "" {
		return Sound{}, refused(field, why)
	}
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case t.turns <- struct{}{}:
		defer func() { <-t.turns }()
	case <-wait.Done():
		return Sound{}, fault.Wrap(context.Cause(wait), fault.Unavailable, "Too many sounds are being uploaded: try again in a minute.")
	}
	decoding, stop := context.WithTimeout(ctx, maxDecoding)
	defer stop()
	s, err := take(decoding, f, t.limits, file)
	var r refusal
	switch {
	case err == nil:
		return s, nil
	case ctx.Err() != nil:
		return Sound{}, fmt.Errorf("decode a sound: %w", context.Cause(ctx))
	case errors.As(err, &r):
		return Sound{}, refused(field, string(r))
	default:
		return Sound{}, refused(field, unreadable)
	}
}

// take decodes a file, and measures it.
func take(ctx context.Context, f format, l Limits, file []byte) (Sound, error) {
	content, heard, err := decoded(ctx, f, l, file)
	if err != nil {
		return Sound{}, err
	}
	if heard.length() > l.Length+f.padding {
		return Sound{}, l.tooLong()
	}
	peak := 0.0
	for _, s := range heard.samples {
		a := math.Abs(float64(s))
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return Sound{}, refusal(unreadable)
		}
		peak = max(peak, a)
	}
	loudness := int64(math.Round(max(heard.loudness(), Silence/100) * 100))
	if loudness <= Silence {
		return Sound{}, refusal("is silent: nobody would hear it")
	}
	sum := sha256.Sum256(content)
	return Sound{
		Hash: hex.EncodeToString(sum[:]), Type: f.name, Content: content, Length: heard.length(), Loudness: loudness,
		Peak: max(1, int64(math.Ceil(peak*1000))),
	}, nil
}

// decoded decodes a file. The decoders index into what a file says: one that panics has met a damaged file.
func decoded(ctx context.Context, f format, l Limits, file []byte) (content []byte, heard pcm, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decode a sound: %v", p)
		}
	}()
	return f.decode(ctx, l, file)
}

// pcm is sound as samples, those of all channels in turn; full scale is 1.
type pcm struct {
	rate, channels int
	samples        []float32
}

// checked refuses a rate or a number of channels that is not taken.
func (p pcm) checked() error {
	switch {
	case p.rate < MinRate || p.rate > MaxRate:
		return refusal(fmt.Sprintf("has %d samples a second: between %d and %d are taken", p.rate, MinRate, MaxRate))
	case p.channels < 1 || p.channels > MaxChannels:
		return refusal(fmt.Sprintf("has %d channels: save it as mono or stereo", p.channels))
	default:
		return nil
	}
}

func (p pcm) frames() int { return len(p.samples) / p.channels }

func (p pcm) length() time.Duration {
	return time.Duration(p.frames()) * time.Second / time.Duration(p.rate)
}

// refusal is why a file is refused, in words for the person who chose it.
type refusal string

func (r refusal) Error() string { return string(r) }

// unreadable is why a file is refused that cannot be decoded. Decoders do not agree on how they say which it is.
const unreadable = "cannot be read: the file is damaged or cut off"

func refused(field, why string) error {
	var wrong fault.Fields
	wrong.Add(field, why)
	return wrong.Err()
}
