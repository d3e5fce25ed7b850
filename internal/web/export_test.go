package web

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// LogPath is the path of a request as logs have it.
var LogPath = logPath

// RenderedTexts caches how pages render what users typed.
type RenderedTexts struct{ *renderedTexts }

// NewRenderedTexts is an empty cache.
func NewRenderedTexts() RenderedTexts { return RenderedTexts{newRenderedTexts()} }

// Markdown renders a text.
func (r RenderedTexts) Markdown(text string) string { return string(r.markdown(text)) }

// Len is how many texts are cached.
func (r RenderedTexts) Len() int { return len(r.texts) }

// The limits of files for programs.
const (
	MaxFeedEntries  = maxFeedEntries
	MaxCalendarLine = maxCalendarLine
)

// The limits of the cache and of what is parsed.
const (
	MaxRenderedBytes = maxRenderedBytes
	MaxNesting       = maxNesting
)

// CardShelf draws social cards, and keeps the last ones.
type CardShelf struct{ *cardShelf }

// NewCardShelf is an empty shelf.
func NewCardShelf(now func() time.Time) CardShelf { return CardShelf{newCardShelf(now)} }

// Get is the card of a fact in English.
func (c CardShelf) Get(ctx context.Context, fact byte, draw func() ([]byte, error)) ([]byte, error) {
	return c.get(ctx, cardKey{fact: fund.ID{fact}, language: "en"}, "print", draw)
}
