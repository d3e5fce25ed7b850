package shield

import "github.com/almoner/almoner/internal/fund"

// Upload counts a picture or a sound that is uploaded for its owner: decoding takes more of a server than anything else that may be asked of it. It is
// RateLimited if the owner has to wait; then it is not counted.
func (s *Shield) Upload(owner fund.ID) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(uploadAllowance, owner.String())}); wait > 0 {
		return waitFor(wait, "There were too many uploads. Try again in ")
	}
	return nil
}
