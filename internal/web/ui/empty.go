package ui

// Empty stands where there is nothing yet, and says what may come.
type Empty struct{ Icon, Heading, Text string }
