package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// viewCommand runs this program as the browsers of many who watch one page: one process for all of them.
const viewCommand = "view"

// What the script of a page keeps to, as internal/web/ui/js/live.js has it: viewGap is the time between two reads, viewKept how old a page may be.
const (
	viewGap  = 2 * time.Second
	viewKept = 1500 * time.Millisecond
)

// viewing is an order for viewers: the server, the path of the page, and how many there are.
type viewing struct {
	Addr, Path string
	Viewers    int
}

// viewed is what the viewers have had since the last question: how long after a donation each had its message, and how long after it each had a
// page with it. Reads are those of the page; Same of them found it as it was. Missed are donations that a page has not shown yet.
type viewed struct {
	Messages, Pages []time.Duration
	Reads, Same     int
	Missed          int
}

// audienceOfPage are all viewers, and the versions of the page that they have read.
type audienceOfPage struct {
	viewing
	all []*viewer
	mu  sync.Mutex
	// versions are by ETag.
	versions    map[string]*version
	reads, same int
}

// version is what a version of the page says: its fact, over which time to spread reads, and the newest donation.
type version struct {
	fact   string
	spread time.Duration
	newest int
}

// viewer is one browser.
type viewer struct {
	of     *audienceOfPage
	client *http.Client
	etag   string

	mu  sync.Mutex
	now *version
	// next is the earliest moment of the next read, due reports whether it waits or runs, asked whether there was an event since it began, and heard when
	// the last event came.
	next, heard time.Time
	due, asked  bool
	// messages and pages are when each donation came.
	messages, pages map[int]time.Time
}

// view opens the page for all viewers, says how many there are, and then answers lines of when donations were made with what the viewers have had of them.
func view(text string) error {
	a := &audienceOfPage{versions: map[string]*version{}}
	if err := json.Unmarshal([]byte(text), &a.viewing); err != nil {
		return err
	}
	if err := a.open(); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(len(a.all)); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var made map[int]time.Time
		if err := json.Unmarshal(lines.Bytes(), &made); err != nil {
			return err
		}
		if err := out.Encode(a.since(made)); err != nil {
			return err
		}
	}
	return nil
}

func (a *audienceOfPage) open() error {
	a.all = make([]*viewer, a.Viewers)
	failed := make([]error, a.Viewers)
	places := make(chan struct{}, connecting)
	var opening sync.WaitGroup
	for i := range a.all {
		opening.Go(func() {
			places <- struct{}{}
			a.all[i], failed[i] = a.openOne(i)
			<-places
		})
	}
	opening.Wait()
	return errors.Join(failed...)
}

// openOne reads the page as the i-th viewer, and follows its fact over a WebSocket.
func (a *audienceOfPage) openOne(i int) (*viewer, error) {
	from := &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i/fromEach))}
	v := &viewer{of: a, messages: map[int]time.Time{}, pages: map[int]time.Time{}, client: &http.Client{Transport: &http.Transport{
		DialContext: (&net.Dialer{LocalAddr: from}).DialContext, MaxConnsPerHost: 1, DisableCompression: true,
	}}}
	if err := v.read(); err != nil {
		return nil, err
	}
	c, err := openOne(order{Kind: kindSocket, Addr: a.Addr, Fact: v.now.fact}, i)
	if err != nil {
		return nil, err
	}
	v.next = time.Now().Add(viewKept)
	go v.listen(c)
	return v, nil
}

// since is what all viewers have had of donations that were made at those times.
func (a *audienceOfPage) since(made map[int]time.Time) (w viewed) {
	for _, v := range a.all {
		v.mu.Lock()
		for n, at := range made {
			if came, is := v.messages[n]; is {
				w.Messages = append(w.Messages, came.Sub(at))
			}
			if came, is := v.pages[n]; is {
				w.Pages = append(w.Pages, came.Sub(at))
			} else {
				w.Missed++
			}
		}
		v.mu.Unlock()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	w.Reads, w.Same = a.reads, a.same
	a.reads, a.same = 0, 0
	return w
}

// listen reads the messages of a WebSocket.
func (v *viewer) listen(c net.Conn) {
	buffer, kept := make([]byte, 8<<10), 0
	for {
		n, err := c.Read(buffer[kept:])
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench view:", err)
			return
		}
		now, text := time.Now(), buffer[:kept+n]
		numbers(text, func(n int) { v.hear(n, now) })
		kept = copy(buffer, text[max(0, len(text)-markerDigits-len(marker)+1):])
	}
}

// hear takes the message of a donation, whose number is in it more than once.
func (v *viewer) hear(n int, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, again := v.messages[n]; !again {
		v.messages[n], v.heard = now, now
		v.refresh(now)
	}
}

// refresh has the page read in a while. The caller holds the lock.
func (v *viewer) refresh(now time.Time) {
	v.asked = true
	if !v.due {
		v.due = true
		time.AfterFunc(max(0, v.next.Sub(now))+rand.N(v.now.spread), v.load)
	}
}

func (v *viewer) load() {
	at := time.Now()
	v.mu.Lock()
	v.asked, v.next = false, at.Add(viewGap)
	v.mu.Unlock()
	if err := v.read(); err != nil {
		fmt.Fprintln(os.Stderr, "bench view:", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.due = false
	if v.asked || at.Sub(v.heard) < viewKept {
		v.refresh(time.Now())
	}
}

// read asks for the page, and sees which donations are on it.
func (v *viewer) read() error {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+v.of.Addr+v.of.Path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("If-None-Match", v.etag)
	answer, err := v.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	now := time.Now()
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNotModified {
		return fmt.Errorf("%s: %s %.200s", v.of.Path, answer.Status, body)
	}
	page, err := v.of.versionOf(answer, body)
	if err != nil || page == nil {
		return err
	}
	v.etag = answer.Header.Get("ETag")
	v.mu.Lock()
	defer v.mu.Unlock()
	before := 0
	if v.now != nil {
		before = v.now.newest
	}
	for n := before + 1; n <= page.newest; n++ {
		v.pages[n] = now
	}
	v.now = page
	return nil
}

var (
	factOf   = regexp.MustCompile(` data-live="([^"]+)"`)
	spreadOf = regexp.MustCompile(` data-spread="([0-9]+)"`)
)

// versionOf is the page of an answer, unpacked once for everybody; nil when it is as before.
func (a *audienceOfPage) versionOf(answer *http.Response, body []byte) (*version, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reads++
	if answer.StatusCode == http.StatusNotModified {
		a.same++
		return nil, nil
	}
	etag := answer.Header.Get("ETag")
	if known := a.versions[etag]; known != nil {
		return known, nil
	}
	if answer.Header.Get("Content-Encoding") == "gzip" {
		zipped, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, err = io.ReadAll(zipped)
		}
		if err != nil {
			return nil, err
		}
	}
	fact, spread := factOf.FindSubmatch(body), spreadOf.FindSubmatch(body)
	if fact == nil || spread == nil {
		return nil, fmt.Errorf("%s is no page that follows its fact: %.300s", a.Path, body)
	}
	ms, err := strconv.Atoi(string(spread[1]))
	page := &version{fact: string(fact[1]), spread: time.Duration(ms) * time.Millisecond}
	numbers(body, func(n int) { page.newest = max(page.newest, n) })
	a.versions[etag] = page
	return page, err
}
