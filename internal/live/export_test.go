package live

// ChatLine is chatLine.
var ChatLine = chatLine
