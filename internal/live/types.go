package live

import (
	"strconv"
	"strings"
	"sync"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Types are the topics that a connection wants; empty for all.
type Types map[fund.Topic]struct{}

func (t Types) has(topic fund.Topic) bool {
	if len(t) == 0 {
		return true
	}
	_, ok := t[topic]
	return ok
}

// outgoing are the topics of events that go out to somebody, by their names.
var outgoing = sync.OnceValue(func() map[string]fund.Topic {
	all := map[string]fund.Topic{}
	for _, topic := range fund.Topics() {
		if topic.GoesOut() {
			all[string(topic)] = topic
		}
	}
	return all
})

// outgoingNames lists them for people, in the order of docs/events.md.
func outgoingNames() string {
	var names []string
	for _, topic := range fund.Topics() {
		if topic.GoesOut() {
			names = append(names, string(topic))
		}
	}
	return strings.Join(names, ", ")
}

// typesOf reads the topics that are wanted; none for all. One that never goes out is refused: who waits for it would wait for ever.
func typesOf(names []string) (Types, error) {
	types := Types{}
	for _, name := range names {
		topic, ok := outgoing()[name]
		if !ok {
			var wrong fault.Fields
			wrong.Add("types", "has no type "+strconv.Quote(fault.Echo(name))+"; there are "+outgoingNames())
			return nil, wrong.Err()
		}
		types[topic] = struct{}{}
	}
	return types, nil
}
