package shield

import "github.com/almoner/almoner/internal/fund"

// Rehearse counts a test event at a fact. It is RateLimited if the fact has to wait; then it is not counted.
func (s *Shield) Rehearse(fact fund.ID) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(rehearsalAllowance, fact.String())}); wait > 0 {
		return waitFor(wait, "There were too many test events here. Try again in ")
	}
	return nil
}
