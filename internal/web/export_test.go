package web

// Markdown is how pages render what users typed.
var Markdown = markdown

// ReasonTexts are the texts for the reasons why payments fail.
var ReasonTexts = reasonTexts
