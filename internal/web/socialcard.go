package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/poster"
	"github.com/almoner/almoner/internal/shade"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/typeface"
	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// cardPath follows the address of a fact where its social card is: the picture that other sites show beside a link to it.
	cardPath = "/card.png"
	// redrawnAfter is how old a card may be: however fast the total changes, and however many ask, it is drawn no more often.
	redrawnAfter = 30 * time.Second
	// maxCards is how many cards are kept; one is some hundred kilobytes large.
	maxCards = 32
	// cardRest is how many times as long as a card took to draw nothing is drawn after it: whoever asks for the cards of all facts in turn takes a fifth of a
	// processor, and leaves the rest to donations.
	cardRest = 4
	// cardWait is how long somebody waits for another card that is being drawn.
	cardWait = 5 * time.Second
	// programAccent is the accent color of pages without a theme, as tokens.css of ui has it for light pages.
	programAccent = "#006345"
)

// cardShelf draws one card at a time, and keeps the last ones.
type cardShelf struct {
	now func() time.Time
	// turn has room while no card is drawn.
	turn chan struct{}
	mu   sync.Mutex
	kept map[cardKey]keptCard
}

// cardKey is a card in a language.
type cardKey struct {
	fact     fund.ID
	language string
}

type keptCard struct {
	content []byte
	// version identifies what the card says.
	version string
	at      time.Time
}

func newCardShelf(now func() time.Time) *cardShelf {
	return &cardShelf{now: now, turn: make(chan struct{}, 1), kept: map[cardKey]keptCard{}}
}

// get is the card of that key: the one that is kept, while it says the same or is not old, or else one that draw makes.
func (c *cardShelf) get(ctx context.Context, key cardKey, version string, draw func() ([]byte, error)) ([]byte, error) {
	if one, fresh := c.find(key, version); fresh {
		return one.content, nil
	}
	wait, cancel := context.WithTimeout(ctx, cardWait)
	defer cancel()
	select {
	case c.turn <- struct{}{}:
	case <-wait.Done():
		return nil, fault.Wrap(context.Cause(wait), fault.Unavailable, "Too many cards are being drawn: try again in a minute.")
	}
	rest := time.Duration(0)
	defer func() { time.AfterFunc(rest, func() { <-c.turn }) }()
	if one, fresh := c.find(key, version); fresh {
		return one.content, nil
	}
	began := time.Now()
	content, err := draw()
	rest = cardRest * time.Since(began)
	if err != nil {
		return nil, err
	}
	c.keep(key, keptCard{content, version, c.now()})
	return content, nil
}

func (c *cardShelf) find(key cardKey, version string) (one keptCard, fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, known := c.kept[key]
	return one, known && (one.version == version || c.now().Before(one.at.Add(redrawnAfter)))
}

// keep keeps a card in place of the oldest one when there are too many.
func (c *cardShelf) keep(key cardKey, one keptCard) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.kept[key]; !known && len(c.kept) >= maxCards {
		var oldest cardKey
		for other, card := range c.kept {
			if at, is := c.kept[oldest]; !is || card.at.Before(at.at) {
				oldest = other
			}
		}
		delete(c.kept, oldest)
	}
	c.kept[key] = one
}

// socialCard is the social card of a fact.
func (s *Site) socialCard(r *http.Request, seen app.Seen) (view, error) {
	ctx, l, f := r.Context(), text.Of(r), seen.Fact()
	said := s.posterOf(l, f)
	content, err := s.cards.get(ctx, cardKey{f.ID, l.Language()}, printOf(said, f), func() ([]byte, error) {
		if cover, _, is := fund.ParsePicture(f.CoverAt(poster.Width)); is {
			size, err := s.app.GetPicture(ctx, cover, poster.Width)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			said.Cover = size.Content
		}
		return said.Draw()
	})
	return view{contentType: "image/png", raw: content}, err
}

// posterOf is what the social card of a fact says, but for its cover. In a language that cannot be drawn it is English.
func (s *Site) posterOf(l *text.Locale, f fund.Fact) poster.Poster {
	said := poster.Poster{Name: f.Name, Share: -1, Site: s.brand.Site(), Accent: s.accentOf(f)}
	said.Total = l.Amount(f.Total(), f.Currency)
	said.Rest = l.Text("card.raised")
	if f.Goal > 0 {
		said.Share = float64(f.Total()) / float64(f.Goal)
		said.Rest = l.Text("card.raised_of", "Goal", l.Amount(f.Goal, f.Currency))
	}
	if f.Kind != fund.KindCause {
		said.For = l.Text("card.for", "Cause", f.Cause.Name)
	}
	if _, whole := typeface.Drawable(said.Total + said.Rest); !whole && l != text.English {
		return s.posterOf(text.English, f)
	}
	return said
}

// accentOf is the color of a fact's pages in the light.
func (s *Site) accentOf(f fund.Fact) shade.RGB {
	c, ok := shade.Parse(cmp.Or(f.Color, f.ColorFallback))
	if !ok {
		c, _ = shade.Parse(cmp.Or(s.brand.Theme.Color(), programAccent))
	}
	return shade.Readable(c)
}

// printOf identifies what a card says. Other sites keep a picture by its address, which has the print in it.
func printOf(said poster.Poster, f fund.Fact) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", fmt.Sprint(said.Name, said.For, said.Total, said.Rest, said.Site, said.Share, said.Accent), f.CoverAt(poster.Width)))
	return hex.EncodeToString(sum[:6])
}

// addCard says where the social card of a fact is.
func (s *Site) addCard(a *about, l *text.Locale, f fund.Fact) {
	a.Card = &ui.SocialCard{
		URL: s.PageOf(f) + cardPath + "?v=" + printOf(s.posterOf(l, f), f), Width: poster.Width, Height: poster.Height,
	}
}
