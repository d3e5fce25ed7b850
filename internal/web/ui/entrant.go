package ui

// Entrant is somebody on a leaderboard: a user or a team. Raised is an amount.
type Entrant struct {
	Name, Link, Raised string
	Portrait           Portrait
}
