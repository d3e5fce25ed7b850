package web

// Amount is how pages print minor units.
var Amount = amount

// Markdown is how pages render what users typed.
var Markdown = markdown
