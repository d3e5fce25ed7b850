package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Webhooks are the requests that the server makes to addresses of its callers. OpenAPI 3.0 has no place for them, so they are in
// documents of 3.1 only.
type Webhooks struct {
	// Text is what holds for all of them, in sentences.
	Text string
	// Headers are those of every request.
	Headers []Param
	// Answers says what follows from an answer, by its status ("200", "4XX", "default").
	Answers map[string]string
	// All are the requests in the order in which they are read.
	All []Webhook
}

// Webhook is one kind of request. Its body has the keys data and meta; the key event_type of meta is one of its types.
type Webhook struct {
	// Name is how the wire calls the kind, words with colons between them.
	Name string
	// Types are the event types of the kind; none for its name alone.
	Types []string
	// Summary is one line without a full stop, Tag the group that it stands in.
	Summary, Tag string
	// Data are zero values of all that the key data may be.
	Data []any
	// Meta is a zero struct of the key meta.
	Meta any
}

// webhooks are all kinds by their names, each a POST.
func (d *document) webhooks() (Object, error) {
	all := Object{}
	for _, w := range d.info.Webhooks.All {
		made, err := d.webhook(w)
		if err != nil {
			return nil, fmt.Errorf("webhook %s: %w", w.Name, err)
		}
		all = append(all, Member{w.Name, Object{{"post", made}}})
	}
	return all, nil
}

func (d *document) webhook(w Webhook) (Object, error) {
	words := Title(strings.ReplaceAll(w.Name, ":", "_"))
	op := operation{where: "webhook " + w.Name, doc: Doc{Summary: w.Summary, Tag: w.Tag, ID: "on" + words}}
	id, err := d.check(op)
	if err != nil {
		return nil, err
	}
	about := d.info.Webhooks
	var headers []any
	for _, p := range about.Headers {
		headers = append(headers, p.object("header"))
	}
	answers := Object{}
	for _, status := range slices.Sorted(maps.Keys(about.Answers)) {
		answers = append(answers, Member{status, Object{{"description", about.Answers[status]}}})
	}
	return Object{
		{"operationId", id}, {"summary", w.Summary}, {"description", w.Summary + ". " + about.Text}, {"tags", []string{w.Tag}},
		{"security", []any{}}, {"parameters", headers},
		{"requestBody", Object{{"required", true}, {"content", content(d.message(w))}}},
		{"responses", answers},
	}, nil
}

// message is the schema of the body of a webhook.
func (d *document) message(w Webhook) Schema {
	data := d.reflector.anyOf(w.Data)
	types := []any{}
	for _, name := range w.Types {
		types = append(types, name)
	}
	if len(types) == 0 {
		types = append(types, w.Name)
	}
	kind := Object{{"event_type", Schema{"type": "string", "enum": types}}}
	meta := Schema{"allOf": []any{d.reflector.out(w.Meta), Schema{"properties": kind}}}
	return Schema{"type": "object", "properties": Object{{"data", data}, {"meta", meta}}, "required": []string{"data", "meta"}}
}
