package shield

import "net/netip"

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
	// LinkCharity accepts for a charity that was invited.
	LinkCharity LinkUse = "charity"
)

// Invite counts an invitation to a team, which is mailed to an address for an account. It is RateLimited if either has to wait; then it is not counted.
func (s *Shield) Invite(account, address string) error {
	wait := s.tries.take(s.now(), []counter{nameCounter(linkAllowance, "team address "+address), nameCounter(linkNetworkAllowance, "team account "+account)})
	if wait > 0 {
		return waitFor(wait, "Too many people were invited. Try again in ")
	}
	return nil
}

// InviteCharity counts an invitation of a charity that somebody asks for. It is RateLimited if the network has to wait; then it is not counted.
func (s *Shield) InviteCharity(network netip.Addr) error {
	if wait := s.tries.take(s.now(), []counter{networkCounter(charityAllowance, network)}); wait > 0 {
		return waitFor(wait, "Too many charities were invited. Try again in ")
	}
	return nil
}

// ConnectAccount counts a way to the payment provider's form for the account of a cause. It is RateLimited if the cause has to wait; then it is not counted.
func (s *Shield) ConnectAccount(cause string) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(connectAllowance, "account of "+cause)}); wait > 0 {
		return waitFor(wait, "The account was opened too often. Try again in ")
	}
	return nil
}

// LookAtAccount counts a question about the account of a cause to the payment provider. It is RateLimited if the cause has to wait; then it is not counted.
func (s *Shield) LookAtAccount(cause string) error {
	if wait := s.tries.take(s.now(), []counter{nameCounter(lookAllowance, "look at the account of "+cause)}); wait > 0 {
		return waitFor(wait, "The account was asked about too often. Try again in ")
	}
	return nil
}

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
