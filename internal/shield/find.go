package shield

// FindDonations counts somebody who asks for a link to the donations with an address. It is RateLimited if the address, the browser or the network has to
// wait, whether there are donations or not; then it is not counted.
func (s *Shield) FindDonations(d Donor, address string) error {
	all := []counter{nameCounter(findAllowance, "address "+address), networkCounter(findNetworkAllowance, d.Network)}
	if d.Session != "" {
		all = append(all, nameCounter(findAllowance, "browser "+d.Session))
	}
	if wait := s.tries.take(s.now(), all); wait > 0 {
		return waitFor(wait, "Too many links were asked for. Try again in ")
	}
	return nil
}
