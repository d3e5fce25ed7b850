package testmail

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
)

// dialogue is one connection, from its greeting to its end.
type dialogue struct {
	server  *Server
	conn    net.Conn
	in      *textproto.Reader
	message Message
}

func newDialogue(s *Server, conn net.Conn) *dialogue {
	d := &dialogue{server: s}
	if s.options.ImplicitTLS {
		d.encrypt(conn)
	} else {
		d.on(conn)
	}
	return d
}

func (d *dialogue) on(conn net.Conn) {
	d.conn, d.in = conn, textproto.NewReader(bufio.NewReader(conn))
}

func (d *dialogue) encrypt(conn net.Conn) {
	d.on(tls.Server(conn, d.server.tls))
	d.message.TLS = true
}

// run serves the connection until either side closes it.
func (d *dialogue) run() {
	if !d.say(Greeting, "", "220 testmail") {
		return
	}
	for {
		line, err := d.in.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		if !d.answer(strings.ToUpper(verb), rest) {
			return
		}
	}
}

// answer replies to one command; false ends the dialogue.
func (d *dialogue) answer(verb, rest string) bool {
	switch verb {
	case "EHLO":
		return d.say(Hello, rest, d.offers())
	case "HELO":
		return d.say(Hello, rest, "250 testmail")
	case "STARTTLS":
		if !d.server.options.StartTLS || !d.line("220 go ahead") {
			return d.line("502 no")
		}
		d.encrypt(d.conn)
		return true
	case "AUTH":
		return d.signIn(rest)
	case "MAIL":
		d.message.From = address(rest)
		return d.say(From, rest, "250 ok")
	case "RCPT":
		d.message.To = address(rest)
		return d.say(To, rest, "250 ok")
	case "DATA":
		return d.take()
	case "RSET", "NOOP":
		return d.line("250 ok")
	case "QUIT":
		d.line("221 bye")
		return false
	default:
		return d.line("502 no")
	}
}

func (d *dialogue) offers() string {
	all := []string{"testmail", "8BITMIME"}
	if !d.server.options.ASCII {
		all = append(all, "SMTPUTF8")
	}
	if d.server.options.StartTLS && !d.message.TLS {
		all = append(all, "STARTTLS")
	}
	if d.server.options.Password != "" {
		all = append(all, "AUTH PLAIN")
	}
	text := "250-" + strings.Join(all[:len(all)-1], "\r\n250-")
	return text + "\r\n250 " + all[len(all)-1]
}

func (d *dialogue) signIn(rest string) bool {
	_, encoded, _ := strings.Cut(rest, " ")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	parts := strings.Split(string(raw), "\x00")
	if err != nil || len(parts) != 3 || parts[2] != d.server.options.Password {
		return d.line("535 5.7.8 wrong password")
	}
	d.message.User = parts[1]
	return d.say(Auth, parts[1], "235 welcome")
}

// take reads a message through its end.
func (d *dialogue) take() bool {
	usual := "354 go ahead"
	if r := d.server.reply(Data, ""); r != (Reply{}) {
		return d.do(r, usual)
	}
	if !d.line(usual) {
		return false
	}
	body := bufio.NewReader(d.in.DotReader())
	first, err := body.ReadBytes('\n')
	if err == nil {
		if r := d.server.reply(Body, string(first)); r != (Reply{}) && !d.do(r, "") {
			d.server.change(func() { d.server.unfinished++ })
			return false
		}
	}
	rest, err := io.ReadAll(body)
	if err != nil {
		d.server.change(func() { d.server.unfinished++ })
		return false
	}
	return d.end(bytes.Join([][]byte{first, rest}, nil))
}

// end replies to the end of a message and stores it unless it is refused.
func (d *dialogue) end(data []byte) bool {
	r := d.server.reply(End, string(data))
	if r.Code < 400 {
		m := d.message
		m.Data = data
		d.server.change(func() { d.server.messages = append(d.server.messages, m) })
	}
	return d.do(r, "250 taken")
}

// say replies at a step.
func (d *dialogue) say(step Step, detail, usual string) bool {
	return d.do(d.server.reply(step, detail), usual)
}

// do applies the reply of the test, or sends the usual one.
func (d *dialogue) do(r Reply, usual string) bool {
	switch {
	case r.Drop:
		return false
	case r.Hang:
		_, _ = io.Copy(io.Discard, d.conn)
		return false
	case r.Code != 0:
		return d.line(fmt.Sprintf("%d %s", r.Code, r.Text))
	default:
		return d.line(usual)
	}
}

func (d *dialogue) line(text string) bool {
	_, err := io.WriteString(d.conn, text+"\r\n")
	return err == nil
}

// address is the text between the angle brackets of "FROM:<a@example.org> SIZE=1".
func address(rest string) string {
	_, rest, _ = strings.Cut(rest, "<")
	inside, _, _ := strings.Cut(rest, ">")
	return inside
}
