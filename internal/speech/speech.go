// Package speech makes sounds of short texts by a command that an operator chose, such as espeak-ng, or by a service at an address. What a donor wrote reaches the command by its standard
// input only: never as an argument, never through a shell, and with an empty environment. A command that takes too long, or writes too much, is killed with
// everything that it started, and what it writes is played only if it is a sound by its bytes.
package speech

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/sound"
)

// The limits of speech.
const (
	// MaxTime is how long the command or the service may take for one text.
	MaxTime = 10 * time.Second
	// maxAtOnce is how many texts are spoken at once.
	maxAtOnce = 2
	// maxWait is how long a text waits for its turn.
	maxWait = 5 * time.Second
	// maxKept and maxKeptBytes are how many sounds are kept in memory, and how many bytes they have together.
	maxKept, maxKeptBytes = 64, 32 << 20
	// maxVoices is how many languages may have a voice.
	maxVoices = 64
)

// Options say what speaks.
type Options struct {
	// Command is the program and its arguments, with spaces between them. The arguments {lang} and {voice} stand for a language and its voice.
	Command string
	// URL is the address of a service in place of a command; "" for none. {lang} and {voice} stand for a language and its voice.
	URL string
	// Voices are the voices by the languages that are spoken, such as "en": "en-us". Others are not spoken.
	Voices map[string]string
}

// word is what the name of a language or a voice may be. None begins with a dash, which would be an option of the command.
var word = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+_.-]{0,63}$`)

// maker makes a sound file of a text in a language with a voice, until the context ends.
type maker func(ctx context.Context, language, voice, text string) ([]byte, error)

// Speaker speaks.
type Speaker struct {
	maker  maker
	voices map[string]string
	taker  *sound.Taker
	turns  chan struct{}
	// most is how long the maker may take.
	most time.Duration

	mu    sync.Mutex
	kept  map[key]*spoken
	order []key // those that were asked for last stand at the end
	bytes int
}

// key is the SHA-256 of a voice and a text.
type key [sha256.Size]byte

// spoken is a sound, or one that is being made.
type spoken struct {
	done  chan struct{}
	sound sound.Sound
	err   error
}

// New makes a speaker. A program has to be there; a service is first asked when something is to be spoken.
func New(o Options) (*Speaker, error) {
	by, err := makerOf(o)
	if err != nil {
		return nil, err
	}
	if len(o.Voices) == 0 || len(o.Voices) > maxVoices {
		return nil, fmt.Errorf("has %d voices: name between 1 and %d, such as en=en-us,de=de", len(o.Voices), maxVoices)
	}
	for language, voice := range o.Voices {
		if !word.MatchString(language) || !word.MatchString(voice) {
			return nil, fmt.Errorf("has the voice %s=%s: letters, digits and -+_. are taken", language, voice)
		}
	}
	return &Speaker{
		maker: by, voices: o.Voices, taker: sound.NewTaker(sound.Speech), turns: make(chan struct{}, maxAtOnce), kept: map[key]*spoken{}, most: MaxTime,
	}, nil
}

func makerOf(o Options) (maker, error) {
	if o.URL != "" {
		return remote(o.URL)
	}
	return local(o.Command)
}

// Speak speaks a text in a language, and keeps the sound for a while. A language without a voice, and a text that leaves nothing to be heard, are NotFound;
// Unavailable where no sound was made of it in time.
func (s *Speaker) Speak(ctx context.Context, language, text string) (sound.Sound, error) {
	if arabic(text) {
		language = "ar"
	}
	voice, known := s.voices[language]
	text = plain(text)
	if !known || text == "" {
		return sound.Sound{}, fault.New(fault.NotFound, "There is nothing to be spoken.")
	}
	one := s.find(key(sha256.Sum256([]byte(voice+"\x00"+text))), func(ctx context.Context) (sound.Sound, error) { return s.make(ctx, language, text) })
	select {
	case <-one.done:
		return one.sound, one.err
	case <-ctx.Done():
		return sound.Sound{}, fault.Wrap(context.Cause(ctx), fault.Unavailable, "Nobody waits for it any more.")
	}
}

// find is the sound of a text, which is made if it is not there. Those who ask for one text at once wait for one sound, whoever of them goes away.
func (s *Speaker) find(k key, work func(context.Context) (sound.Sound, error)) *spoken {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one, is := s.kept[k]; is {
		s.touch(k)
		return one
	}
	one := &spoken{done: make(chan struct{})}
	s.kept[k] = one
	s.touch(k)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), maxWait+MaxTime)
		defer cancel()
		one.sound, one.err = work(ctx)
		s.keep(k, one)
		close(one.done)
	}()
	return one
}

// touch says that a text was asked for just now.
func (s *Speaker) touch(k key) {
	if at := slices.Index(s.order, k); at >= 0 {
		s.order = slices.Delete(s.order, at, at+1)
	}
	s.order = append(s.order, k)
}

// keep keeps a sound that was made, and forgets those that nobody asked for lately. What failed is tried again the next time.
func (s *Speaker) keep(k key, one *spoken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes += len(one.sound.Content)
	if one.err != nil {
		s.forget(k)
	}
	for i := 0; i < len(s.order) && (len(s.order) > maxKept || s.bytes > maxKeptBytes); {
		if oldest := s.order[i]; s.made(oldest) || oldest == k {
			s.forget(oldest)
		} else {
			i++ // it is being made
		}
	}
}

func (s *Speaker) made(k key) bool {
	select {
	case <-s.kept[k].done:
		return true
	default:
		return false
	}
}

func (s *Speaker) forget(k key) {
	s.bytes -= len(s.kept[k].sound.Content)
	delete(s.kept, k)
	if at := slices.Index(s.order, k); at >= 0 {
		s.order = slices.Delete(s.order, at, at+1)
	}
}

// make has the maker make a sound of a text.
func (s *Speaker) make(ctx context.Context, language, text string) (sound.Sound, error) {
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-wait.Done():
		return sound.Sound{}, fault.Wrap(context.Cause(wait), fault.Unavailable, "Too much is being spoken: try again later.")
	}
	running, stop := context.WithTimeout(ctx, s.most)
	defer stop()
	file, err := s.maker(running, language, s.voices[language], text)
	if err != nil {
		return sound.Sound{}, fault.Wrap(err, fault.Unavailable, "The text could not be spoken.")
	}
	made, err := s.taker.Take(ctx, "speech", sound.Ended(file))
	if err != nil {
		return sound.Sound{}, fault.Wrap(err, fault.Unavailable, "What was spoken is no sound that can be played.")
	}
	return made, nil
}
