package shield

import "github.com/almoner/almoner/internal/fund"

// StartLive counts that a fact of an owner goes live, which webhooks and chats are told. It is RateLimited if the owner has to wait; then it is not counted.
func (s *Shield) StartLive(owner fund.ID) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(liveAllowance, owner.String())}); wait > 0 {
		return waitFor(wait, "You went live too often. Try again in ")
	}
	return nil
}
