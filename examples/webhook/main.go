// Command webhook takes webhooks, believes those with the right signature, and prints each donation once.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/almoner/almoner/client"
)

func main() {
	var seen sync.Map // keep these in your database: messages come again for days
	handler, err := client.WebhookHandler(func(_ context.Context, hook client.Webhook) error {
		if donation := hook.Donation(); donation != nil {
			if _, again := seen.LoadOrStore(donation.ID, true); !again { // it comes again when an answer is lost, and when the donation changes
				fmt.Println(donation.DonorName, "gave", donation.Amount)
			}
		}
		return nil
	}, os.Getenv("SIGNING_KEY"))
	if err != nil {
		log.Fatal("SIGNING_KEY: ", err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "3000"), handler))
}
