package fund

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

const (
	// MaxScreeningGroups is how many groups a fact has with which screeners mark donations.
	MaxScreeningGroups = 12
	// MaxHighlights is how many words are highlighted at a fact.
	MaxHighlights = 50
	// MaxHighlight is how many characters each of them may have.
	MaxHighlight = 50
)

// GroupColor is the color of a group.
type GroupColor string

// GroupColors lists the colors of groups.
func GroupColors() []GroupColor {
	return []GroupColor{"red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "gray"}
}

// ScreeningGroup is a group with which screeners mark donations to a fact, for those who screen and read aloud there.
type ScreeningGroup struct {
	ID, FactID           ID
	Name                 string
	Color                GroupColor
	CreatedAt, UpdatedAt time.Time
}

// ScreeningGroupPatch creates or changes a group.
type ScreeningGroupPatch struct {
	Name    Opt[string]
	Color   Opt[GroupColor]
	Invalid fault.Fields
}

// Apply changes a group.
func (p ScreeningGroupPatch) Apply(g *ScreeningGroup, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&g.Name)
	p.Color.To(&g.Color)
	CheckName(&wrong, "name", &g.Name)
	CheckOneOf(&wrong, "color", g.Color, GroupColors())
	g.UpdatedAt = now
	return wrong
}

// Highlights are what is marked in what waits at a fact: words, also as a part of others and in any case, and amounts from one on.
type Highlights struct {
	FactID ID
	Words  []string
	// Amount is in minor units; 0 for none.
	Amount    int64
	UpdatedAt time.Time
}

// HighlightsPatch changes highlights. Amount is in major units; "" for none.
type HighlightsPatch struct {
	Words   Opt[[]string]
	Amount  Opt[string]
	Invalid fault.Fields
}

// Apply changes the highlights of a fact of a currency. A word that is repeated counts once.
func (p HighlightsPatch) Apply(h *Highlights, currency string, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	if p.Words.Set {
		h.Words = nil
		for _, word := range p.Words.Value {
			if word = strings.TrimSpace(word); word == "" || slices.Contains(h.Words, word) {
				continue
			}
			if utf8.RuneCountInString(word) > MaxHighlight {
				wrong.Add("highlights", TooLong(MaxHighlight))
			}
			h.Words = append(h.Words, word)
		}
		if len(h.Words) > MaxHighlights {
			wrong.Add("highlights", fmt.Sprintf("has more than %d words", MaxHighlights))
		}
	}
	if p.Amount.Set {
		h.Amount = 0
		if p.Amount.Value != "" {
			h.Amount = parseAmount(&wrong, "amount", p.Amount.Value, currency)
		}
		if h.Amount < 0 {
			wrong.Add("amount", money.Negative)
		}
	}
	h.UpdatedAt = now
	return wrong
}

// Piece is a piece of a text, which is highlighted or not.
type Piece struct {
	Text   string
	Marked bool
}

// Mark cuts a text into what is highlighted and what is not. The longest word that begins first counts.
func (h Highlights) Mark(text string) []Piece {
	folded := foldRunes(text)
	words := make([][]rune, len(h.Words))
	for i, word := range h.Words {
		words[i] = foldRunes(word)
	}
	plain := []rune(text)
	var pieces []Piece
	from := 0
	for at := 0; at < len(folded); {
		long := 0
		for _, word := range words {
			if len(word) > long && at+len(word) <= len(folded) && slices.Equal(folded[at:at+len(word)], word) {
				long = len(word)
			}
		}
		if long == 0 {
			at++
			continue
		}
		if at > from {
			pieces = append(pieces, Piece{Text: string(plain[from:at])})
		}
		pieces = append(pieces, Piece{string(plain[at : at+long]), true})
		at += long
		from = at
	}
	if from < len(plain) {
		pieces = append(pieces, Piece{Text: string(plain[from:])})
	}
	return pieces
}

// foldRunes are the signs of a text, in whatever case they are.
func foldRunes(text string) []rune {
	runes := []rune(text)
	for i, r := range runes {
		runes[i] = unicode.ToLower(unicode.ToUpper(r))
	}
	return runes
}
