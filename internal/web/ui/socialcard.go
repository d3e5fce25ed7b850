package ui

// SocialCard is the picture that other sites show beside a link to a page. Its size is in pixels.
type SocialCard struct {
	URL           string
	Width, Height int
}
