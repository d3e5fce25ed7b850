package command

// As is the login saved under a name.
func (c LogIn) As(profile string) LogIn {
	c.Profile = profile
	return c
}

// In is the end of a login in a folder.
func (c LogOut) In(folder, profile string) LogOut {
	c.Profiles, c.Profile = folder, profile
	return c
}

// As follows one fact with a saved login.
func (c Tail) As(profiles, fact string, types ...string) Tail {
	c.Profiles, c.Profile, c.Campaigns, c.Types = profiles, "default", []string{fact}, types
	return c
}

// As forwards what happens at one fact, with a saved login.
func (c Listen) As(profiles, fact, to string, types ...string) Listen {
	c.Profiles, c.Profile, c.Campaigns, c.ForwardTo, c.Types = profiles, "default", []string{fact}, to, types
	return c
}

// As forwards what happened at one fact, with a saved login.
func (c Replay) As(profiles, fact, to string) Replay {
	c.Profiles, c.Profile, c.Campaigns, c.ForwardTo = profiles, "default", []string{fact}, to
	return c
}

// At follows the donations to one fact of a server, as nobody.
func (c Tail) At(server, fact string) Tail {
	c.Server, c.Campaigns, c.Types = server, []string{fact}, []string{"donation.completed"}
	return c
}

// At forwards the donations to one fact of a server, as nobody.
func (c Listen) At(server, fact, to string) Listen {
	c.Server, c.Campaigns, c.ForwardTo, c.Types = server, []string{fact}, to, []string{"donation.completed"}
	return c
}
