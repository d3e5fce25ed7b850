package web

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
