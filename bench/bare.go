package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// bareCommand runs this program as the server that Almoner is compared with.
const bareCommand = "serve-bare"

// stored is a response that the bare handler replays.
type stored struct {
	Header http.Header
	Body   []byte
}

// fetch gets a response from a server and stores it in a file, whose path it returns.
func (b *bench) fetch(ctx context.Context, url, token string) (stored, string, error) {
	s, err := b.ask(ctx, url, token, "identity")
	if err != nil {
		return s, "", err
	}
	s.Header.Set("Content-Length", strconv.Itoa(len(s.Body)))
	path, err := b.store("answer", s)
	return s, path, err
}

// ask gets a response from a server in a content coding; any status but 200 is an error.
func (b *bench) ask(ctx context.Context, url, token, coding string) (stored, error) {
	var s stored
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return s, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Accept-Encoding", coding)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return s, err
	}
	s.Header = answer.Header
	s.Body, err = io.ReadAll(answer.Body)
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.300s", url, answer.Status, s.Body)
	}
	return s, err
}

// store writes a response to a file, for the bare handler.
func (b *bench) store(name string, s stored) (string, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.folder, name+".json")
	return path, os.WriteFile(path, text, 0o600)
}

// serveBare replays the stored response to every request, directly on net/http.
func serveBare(ctx context.Context, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var s stored
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	delete(s.Header, "Date") // written by net/http
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, values := range s.Header {
			h[name] = values
		}
		_, _ = w.Write(s.Body)
	})}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
