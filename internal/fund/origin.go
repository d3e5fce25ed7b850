package fund

// Origin is how a donation came here.
type Origin string

// The origins of donations.
const (
	// OriginPayment was paid through a payment provider.
	OriginPayment Origin = "payment"
	// OriginOffline was paid in cash, by check or at a stall, and recorded by somebody.
	OriginOffline Origin = "offline"
	// OriginMatch is a matcher's own donation at the end of a donation match.
	OriginMatch Origin = "match"
	// OriginImport was recorded elsewhere before.
	OriginImport Origin = "import"
	// OriginTrigger was made by a program with a token of the sandbox, OriginSandbox by the sandbox itself; no money moved.
	OriginTrigger Origin = "trigger"
	OriginSandbox Origin = "sandbox"
)

// Origins lists every origin.
func Origins() []Origin {
	return []Origin{OriginPayment, OriginOffline, OriginMatch, OriginImport, OriginTrigger, OriginSandbox}
}
