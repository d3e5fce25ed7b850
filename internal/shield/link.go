package shield

// LinkUse is what a link in a mail is for. Each use is counted apart.
type LinkUse string

const (
	// LinkDonations leads to the donations with an address.
	LinkDonations LinkUse = "donations"
	// LinkPassword chooses a new password.
	LinkPassword LinkUse = "password"
	// LinkInvitation makes an account for who was invited.
	LinkInvitation LinkUse = "invitation"
	// LinkSignUp makes an account for who asks for one.
	LinkSignUp LinkUse = "sign up"
)

// Link counts somebody who asks for a link to be mailed to an address. It is RateLimited if the address, the browser or the network has to wait,
// whether there is something to follow or not; then it is not counted.
func (s *Shield) Link(use LinkUse, d Donor, address string) error {
	all := []counter{nameCounter(linkAllowance, string(use)+" address "+address), networkCounter(linkNetworkAllowance, d.Network)}
	if d.Session != "" {
		all = append(all, nameCounter(linkAllowance, string(use)+" browser "+d.Session))
	}
	if wait := s.tries.take(s.now(), all); wait > 0 {
		return waitFor(wait, "Too many links were asked for. Try again in ")
	}
	return nil
}
