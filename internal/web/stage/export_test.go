package stage

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// Frame is what pages of an overlay show now, in English.
func (s *Server) Frame(ctx context.Context, key string) (string, error) {
	f, err := s.frame(ctx, text.English, key)
	return string(f.Body), err
}

// Happened says what happened to who draws an overlay in English.
func (s *Server) Happened(key string, topics ...fund.Topic) {
	s.scenes.happened(frameKey{key, "en"}, topics)
}

// Concerns reports whether an overlay of a kind may look different after an event.
var Concerns = concerns
