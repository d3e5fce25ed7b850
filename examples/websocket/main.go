// Command websocket prints each donation to a campaign as it happens, over a WebSocket. It misses none while it is away.
// ALMONER_URL is such as http://127.0.0.1:8080, CAMPAIGN such as @ada/run.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/almoner/almoner/client"
)

func main() {
	server := client.New(os.Getenv("ALMONER_URL"), "")
	options := client.FollowOptions{Facts: []string{os.Getenv("CAMPAIGN")}, Types: []string{"donation.completed"}, Store: client.CursorFile("cursor")}
	for m, err := range server.FollowWebSocket(context.Background(), options) {
		if err != nil {
			log.Fatal(err)
		} else if m.Type == client.TypeReset {
			fmt.Println("reset:", m.Reason)
		} else if donation := m.Donation(); donation != nil {
			fmt.Println(donation.DonorName, "gave", donation.Amount, map[bool]string{true: "(a test)"}[m.Test])
		}
	}
}
