package checkout

// HandedOn lets a test see which headers of an event are stored.
var HandedOn = handedOn
