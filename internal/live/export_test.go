package live

// ChatLine is chatLine.
var ChatLine = chatLine

// MaxQueued is how many messages may wait for a reader.
const MaxQueued = maxQueued
