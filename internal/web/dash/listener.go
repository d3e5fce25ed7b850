package dash

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/text"
)

// listenerLine is a line of the list of live connections.
type listenerLine struct{ Who, Name, How string }

// listenerTexts say who is connected, and unnamedTexts what stands there for somebody without a name.
var (
	listenerTexts = map[app.ListenerSort]text.ID{
		app.ListenerOpen: "dash.listener.open", app.ListenerPerson: "dash.listener.person", app.ListenerApplication: "dash.listener.application",
		app.ListenerToken: "dash.listener.token", app.ListenerVolunteer: "dash.listener.volunteer", app.ListenerOverlay: "dash.listener.overlay",
	}
	unnamedTexts = map[app.ListenerSort]text.ID{
		app.ListenerApplication: "dash.listener.application.other", app.ListenerToken: "dash.listener.token.other", app.ListenerVolunteer: "dash.listener.volunteer.other",
	}
	listenerKinds = map[string]text.ID{"websocket": "dash.listener.websocket", "sse": "dash.listener.sse", "phoenix": "dash.listener.phoenix", "overlay": "dash.listener.pages", "desk": "dash.listener.desk"}
)

// listening are the live connections to a fact; none for those who do not change it.
func (s *Server) listening(r *http.Request, p place, counts map[app.Listener]int) ([]listenerLine, error) {
	if !p.Rights.Edit {
		return nil, nil
	}
	named, err := s.app.NameListeners(r.Context(), p.seen, counts)
	l, lines := text.Of(r), make([]listenerLine, len(named))
	for i, one := range named {
		who := listenerTexts[one.Sort]
		if unnamed := unnamedTexts[one.Sort]; one.Name == "" && unnamed != "" {
			who = unnamed
		}
		lines[i] = listenerLine{l.Text(who), one.Name, l.Text(listenerKinds[one.Kind], "Number", l.Count(int64(one.Count)))}
	}
	return lines, err
}
