// Command polling prints each new donation to a campaign. It asks every five seconds, and misses none while it is away.
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
	server := client.New(os.Getenv("ALMONER_URL"), os.Getenv("ALMONER_TOKEN"))
	options := client.PollOptions{Fact: os.Getenv("CAMPAIGN"), Store: client.CursorFile("cursor"), OnError: func(err error) { log.Print(err) }}
	for donation, err := range server.Donations(context.Background(), options) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(donation.DonorName, "gave", donation.Amount)
	}
}
