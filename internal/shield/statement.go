package shield

// MakeStatement counts a yearly statement of the donor with a mail address. It is RateLimited if the donor has to wait; then it is not counted.
func (s *Shield) MakeStatement(address string) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(statementAllowance, "statement "+address)}); wait > 0 {
		return waitFor(wait, "Too many statements were made. Try again in ")
	}
	return nil
}
