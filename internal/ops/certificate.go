package ops

import (
	"context"
	"fmt"
	"time"
)

// Certificate is how a certificate stands that a server has of its own.
type Certificate struct {
	Host string
	// From and Until are when it is good; zero where there is none.
	From, Until time.Time
	// Failure is what failed last, since the last success, and FailedAt when; "" for nothing.
	Failure  string
	FailedAt time.Time
}

// What is left of the time that a certificate is good, as a part of it, from which on there is a warning or a problem, unless those of all certificates come later.
// Some are good for days only. They are renewed when a third is left.
const certificateWarningPart, certificateProblemPart = 6, 20

// ownCertificates looks at those that the server has of its own.
func (d Doctor) ownCertificates(ctx context.Context) []Finding {
	if d.Certificates == nil {
		return nil
	}
	all, err := d.Certificates(ctx)
	if err != nil {
		return unknown("How the certificates of this server stand", err)
	}
	var found []Finding
	for _, c := range all {
		found = append(found, d.ownCertificate(c)...)
	}
	return found
}

// reachable is what an authority needs to give a certificate.
const reachable = "Does the name point here, and do the ports 443 and 80 reach this server from outside? It is tried again at least every hour; docs/operating.md says more under Certificates of its own."

func (d Doctor) ownCertificate(c Certificate) []Finding {
	if c.Until.IsZero() {
		if c.Failure == "" {
			return found(Warning, "This server has no certificate for "+c.Host+" yet.", "It gets one soon after it starts.")
		}
		return found(Problem, fmt.Sprintf("This server gets no certificate for %s; last tried %s: %s", c.Host, c.FailedAt.UTC().Format("2006-01-02 15:04"), c.Failure), reachable)
	}
	left, whole := c.Until.Sub(d.Now()), c.Until.Sub(c.From)
	text := fmt.Sprintf("This server has a certificate for %s, good until %s.", c.Host, c.Until.UTC().Format("2006-01-02 15:04"))
	if c.Failure != "" {
		text += " It could not be renewed: " + c.Failure
	}
	switch {
	case left < min(certificateProblem, whole/certificateProblemPart):
		return found(Problem, text, reachable)
	case c.Failure != "", left < min(certificateWarning, whole/certificateWarningPart):
		return found(Warning, text, reachable)
	}
	return fine("%s", text)
}
