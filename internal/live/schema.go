package live

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fund"
)

// SchemaPath is where the schema of messages is.
const SchemaPath = Path + "/schema.json"

// Schema is the JSON Schema (2020-12) of the messages of streams and of the WebSocket, with the objects in the given shapes: what fits is
// a message of the server; $defs/Command is what clients send. Its errors are mistakes of the types.
func Schema(shapes api.Shapes) ([]byte, error) {
	info := api.DocInfo{
		Title: "Live messages of Almoner",
		Description: "What /live/socket and the streams below /live send: each frame, and the data of each server-sent event, is one of these messages. " +
			"$defs/Command is what a client of the socket sends. Later versions may add keys and types.",
		Fields: shapes.Fields,
	}
	return api.MessageSchema(info, slices.Concat(plainMessages(shapes), eventMessages(shapes), []api.Message{{
		Name: "Command", Text: "A frame of a client of the WebSocket.", Zero: command{}, Enums: map[string][]string{"type": commandTypes}, Submitted: true,
	}}))
}

// plainMessages are those that are no events.
func plainMessages(shapes api.Shapes) []api.Message {
	states := map[string][]any{"facts": {sliceOf(shapes.State)}}
	state := api.Message{Name: "State", Text: "The present state of facts, before everything else about them.", Zero: stateMessage{}, Shows: states, Without: []string{"reason"}}
	reset := api.Message{Name: "Reset", Text: "The same where the cursor that was asked for cannot be resumed from: show it and go on from its cursor.", Zero: stateMessage{}, Shows: states, Required: []string{"reason"}}
	goodbye := api.Message{Name: "Goodbye", Text: "The last message of a connection.", Zero: goodbyeMessage{}, Enums: map[string][]string{"reason": reasons()}}
	answer := func(name, text string, without ...string) api.Message {
		return api.Message{Name: name, Text: text, Zero: answerMessage{}, Without: without}
	}
	all := []api.Message{
		state, reset,
		{Name: "Gone", Text: "Facts that are not watched any more, because you may not see them any more.", Zero: goneMessage{}},
		goodbye,
		answer("Hello", "The answer to hello.", "watching"),
		answer("Subscribed", "The answer to subscribe; the state follows.", "watching"),
		answer("Unsubscribed", "The answer to unsubscribe."),
		answer("Pong", "The answer to ping."),
		{Name: "Error", Text: "A command that cannot be done; the connection goes on.", Zero: errorMessage{}},
		{Name: "Heartbeat", Text: "Sent every 15 seconds while nothing else is; streams have a comment instead.", Zero: heartbeatMessage{}},
	}
	for i := range all {
		if all[i].Enums == nil {
			all[i].Enums = map[string][]string{}
		}
		all[i].Enums["type"] = []string{strings.ToLower(all[i].Name)}
	}
	return all
}

// eventMessages are those about the objects of each kind, in the order of topics.
func eventMessages(shapes api.Shapes) []api.Message {
	var kinds []fund.Object
	topics := map[fund.Object][]string{}
	for _, topic := range fund.Topics() {
		if !topic.GoesOut() {
			continue
		}
		kind := topic.Object()
		if topics[kind] == nil {
			kinds = append(kinds, kind)
		}
		topics[kind] = append(topics[kind], string(topic))
	}
	all := make([]api.Message, len(kinds))
	for i, kind := range kinds {
		words := strings.ReplaceAll(string(kind), "_", " ")
		all[i] = api.Message{
			Name: api.Title(string(kind)) + "Event", Text: "Something happened: the object is of the kind " + words + ".", Zero: message{},
			Enums: map[string][]string{"type": topics[kind], "object": {string(kind)}},
			Shows: map[string][]any{"data": append(slices.Clone(shapes.Objects[string(kind)]), nil)},
		}
	}
	return all
}

// sliceOf is an empty slice of values like a zero value.
func sliceOf(zero any) any { return reflect.Zero(reflect.SliceOf(reflect.TypeOf(zero))).Interface() }

// serveSchema answers with the schema.
func (f *Feed) serveSchema(w http.ResponseWriter, r *http.Request) error {
	body, err := f.schema()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/schema+json")
	w.Header().Set("Cache-Control", "no-cache")
	api.SendShared(w, r, body)
	return nil
}

// makeSchema makes the schema when somebody first asks for it.
func (f *Feed) makeSchema() (*coding.Body, error) {
	text, err := Schema(f.o.Objects.Shapes())
	if err != nil {
		return nil, err
	}
	return coding.NewBody(text), nil
}
