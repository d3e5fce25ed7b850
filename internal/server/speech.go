package server

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/speech"
)

// speechOf is what speaks, as the settings say; nil for nothing.
func speechOf(s config.Speech) (app.Speaker, error) {
	if s.Command == "" {
		return nil, nil //nolint:nilnil // no speech is no error
	}
	speaker, err := speech.New(speech.Options{Command: s.Command, Voices: s.Voices})
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "--speech-command or --speech-voices %v.", err)
	}
	return speaker, nil
}
