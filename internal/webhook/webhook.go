// Package webhook is what leaves for other servers: the requests to webhook endpoints and chats, byte for byte, and a client that cannot be
// talked into reaching this server's own network.
//
// Everything here is a pure function of what it is given, except Client.Send. Which requests are due, and what their results change, is
// decided elsewhere.
package webhook
