package server

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/speech"
)

// speechOf is what speaks, as the settings say; nil for nothing.
func speechOf(s config.Speech) (app.Speaker, error) {
	flag := "--speech-command"
	switch {
	case s.Command != "" && s.URL != "":
		return nil, fault.New(fault.Conflict, "--speech-command and --speech-url are both set: choose one of them.")
	case s.URL != "":
		flag = "--speech-url"
	case s.Command == "":
		return nil, nil //nolint:nilnil // no speech is no error
	}
	speaker, err := speech.New(speech.Options{Command: s.Command, URL: s.URL, Voices: s.Voices})
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "%s or --speech-voices %v.", flag, err)
	}
	return speaker, nil
}
