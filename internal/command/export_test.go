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
