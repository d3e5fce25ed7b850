package web

// Markdown is how pages render what users typed.
var Markdown = markdown
