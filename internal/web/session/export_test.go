package session

// Focused is for the tests.
var Focused = focused
