package fund

import (
	"encoding/json"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
)

// Apply changes an endpoint. Its times stay if its activity does not change.
func (p WebhookEndpointPatch) Apply(e *WebhookEndpoint, now time.Time) fault.Fields {
	wrong, before := begin(p.Invalid), e.URL
	p.Description.To(&e.Description)
	p.URL.To(&e.URL)
	checkText(&wrong, "description", &e.Description, MaxName)
	if p.URL.Set || e.URL == "" {
		CheckHook(&wrong, "url", &e.URL, p.Networks...)
	}
	p.checkFormat(&wrong, e, before)
	if p.Schedule.Set {
		CheckOneOf(&wrong, "schedule", p.Schedule.Value, WebhookSchedules())
		e.Options.Schedule = p.Schedule.Value
	}
	p.Ordered.To(&e.Options.Ordered)
	p.Standard.To(&e.Options.Standard)
	if p.Overlap.To(&e.Options.Overlap); !e.Options.Overlap {
		e.PreviousKey, e.PreviousUntil = "", time.Time{}
	}
	if p.Active.Set && p.Active.Value != e.Active() {
		e.Switch(p.Active.Value, now)
	}
	e.UpdatedAt = now
	return wrong
}

// Switch turns deliveries on or off.
func (e *WebhookEndpoint) Switch(active bool, now time.Time) {
	if active {
		e.ActivatedAt, e.DeactivatedAt = now, time.Time{}
	} else {
		e.DeactivatedAt = now
	}
}

// Apply changes a relay. Its endpoint is looked up by the caller.
func (p WebhookRelayPatch) Apply(r *WebhookRelay, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&r.Name)
	CheckName(&wrong, "name", &r.Name)
	if r.EndpointID.IsZero() && !p.Endpoint.Set {
		wrong.Add("endpoint", Blank)
	}
	r.UpdatedAt = now
	return wrong
}

// Check returns all errors of the input. Metadata is returned as sent, so only what no database can store is refused.
func (in RelayKeyInput) Check() fault.Fields {
	wrong := begin(in.Invalid)
	switch {
	case utf8.RuneCountInString(in.Key) > MaxName:
		wrong.Add("id", TooLong(MaxName))
	case !shown(in.Key, ""):
		wrong.Add("id", ControlText)
	case in.Key != "" && invisible(in.Key):
		wrong.Add("id", Blank)
	}
	if in.Metadata == nil {
		return wrong
	}
	switch {
	case utf8.RuneCountInString(*in.Metadata) > MaxMetadata:
		wrong.Add("metadata", TooLong(MaxMetadata))
	case !utf8.ValidString(*in.Metadata) || strings.ContainsRune(*in.Metadata, 0):
		wrong.Add("metadata", ControlText)
	}
	return wrong
}

// subscriptionTypes is SubscriptionTypes, made once: each type of a patch is looked up in it.
var subscriptionTypes = SubscriptionTypes()

// Check returns the event types sorted and without duplicates, and all errors of the patch: it must name at least one type, and only
// SubscriptionTypes.
func (p SubscriptionPatch) Check() ([]string, fault.Fields) {
	wrong := begin(p.Invalid)
	if len(p.EventTypes) == 0 {
		wrong.Add("event_types", Blank)
	}
	for _, name := range p.EventTypes {
		CheckOneOf(&wrong, "event_types", name, subscriptionTypes)
	}
	return slices.Compact(slices.Sorted(slices.Values(p.EventTypes))), wrong
}

// Check returns all errors of the input.
func (in WebhookSampleInput) Check() fault.Fields {
	wrong := begin(in.Invalid)
	CheckOneOf(&wrong, "event_type", in.EventType.Value, append(WebhookEventTypes(), WebhookRelayType))
	return wrong
}

// CheckPublicTypes refuses the event types that require managing the fact.
func CheckPublicTypes(wrong *fault.Fields, types []string) {
	if slices.ContainsFunc(types, PrivateWebhookType) {
		wrong.Add("event_types", NotManaged)
	}
}

// CheckHook requires the address of a webhook endpoint: https or http, without a user or fragment, at a public host name, or at an IP address of
// one of the open networks. It checks only the text and does not resolve the name.
func CheckHook(wrong *fault.Fields, path string, address *string, open ...netip.Prefix) {
	checkText(wrong, path, address, MaxAddress)
	if wrong.Has(path) {
		return
	}
	if *address == "" {
		wrong.Add(path, Blank)
		return
	}
	u, err := url.Parse(*address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || u.Fragment != "" || !isPublicName(u.Hostname()) && !isIn(u.Hostname(), open) {
		wrong.Add(path, NotHook)
		return
	}
	checkServer(wrong, path, u)
	if port, err := strconv.ParseUint(u.Port(), 10, 16); err == nil && !wrong.Has(path) && !HookPort(port) {
		wrong.Add(path, NotHookPort)
	}
}

// lowPorts is where the ports begin that any program may listen on. Below are those of mail, name and other system services, which must not
// hear from us what an endpoint's owner makes up.
const lowPorts = 1024

// HookPort reports whether webhooks go to a port: 80, 443, or one that any program may listen on.
func HookPort(port uint64) bool { return port >= lowPorts || port == 80 || port == 443 }

// isIn reports whether a host is an IP address of one of the networks.
func isIn(host string, networks []netip.Prefix) bool {
	at, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(networks, func(one netip.Prefix) bool { return one.Contains(at) })
}

// localNames are the suffixes of names that are local to one network (RFC 6761, RFC 6762, RFC 7686, RFC 8375 and those that ICANN reserves
// for private use).
var localNames = []string{"localhost", "local", "internal", "home.arpa", "test", "invalid", "onion"}

// isPublicName reports whether a host is a name of the form that public DNS uses: at least two labels of letters, digits and hyphens, the
// last one not a number. IP addresses in any notation are not names.
func isPublicName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	labels := strings.Split(host, ".")
	if len(host) > 253 || len(labels) < 2 || net.ParseIP(host) != nil {
		return false
	}
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	if last := labels[len(labels)-1]; last[0] >= '0' && last[0] <= '9' {
		return false
	}
	return !slices.ContainsFunc(localNames, func(end string) bool { return host == end || strings.HasSuffix(host, "."+end) })
}

func isLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(label, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

// Check returns all errors of a legacy relay: both names are required, and meta is a JSON string or object.
func (l LegacyRelay) Check() fault.Fields {
	var wrong fault.Fields
	CheckName(&wrong, "provider", &l.Provider)
	CheckName(&wrong, "uuid", &l.UUID)
	if l.Meta != "" && (!json.Valid([]byte(l.Meta)) || !strings.ContainsAny(l.Meta[:1], `"{`)) {
		wrong.Add("meta", "is not a text or an object in JSON")
	}
	return wrong
}
