package browser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/almoner/almoner/internal/testmail"
)

// The cards of the sandbox that are paid with.
const (
	confirmCard = "4000 0027 6000 3184"
	slowCard    = "4000 0000 0000 0077"
	goodCard    = "4242424242424242"
)

// raised is what the campaign has raised, in cents, as both versions of the API say.
func (h house) raised(t *testing.T) (v3, v5 string) {
	t.Helper()
	var old struct {
		Data struct{ AmountRaised json.Number }
	}
	h.ask(t, http.DefaultClient, fmt.Sprintf("/api/v3/campaigns/%d", h.Campaign.LegacyID), h.V3.ApplicationToken, &old)
	config := clientcredentials.Config{
		ClientID: h.Application.ClientID, ClientSecret: h.Application.ClientSecret, TokenURL: h.BaseURL + "/oauth/token", Scopes: []string{"public"},
	}
	var now struct {
		Data struct {
			AmountRaised struct{ Value string } `json:"amount_raised"`
		}
	}
	h.ask(t, config.Client(t.Context()), "/api/public/campaigns/"+h.Campaign.ID, "", &now)
	return old.Data.AmountRaised.String(), now.Data.AmountRaised.Value
}

func (h house) ask(t *testing.T, client *http.Client, path, token string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.BaseURL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %d %s, %v", path, answer.StatusCode, body, err)
	}
}

// cents are a decimal with or without decimals.
func cents(t *testing.T, decimal string) int64 {
	t.Helper()
	whole, fraction, _ := strings.Cut(decimal, ".")
	var all int64
	if _, err := fmt.Sscan(whole+(fraction + "00")[:2], &all); err != nil {
		t.Fatalf("%q: %v", decimal, err)
	}
	return all
}

// campaignPage is the page of the campaign that has everything.
func (h house) campaignPage() string {
	return h.BaseURL + "/@" + h.Campaign.OwnerSlug + "/" + h.Campaign.Slug
}

// fieldOf is the place of a field of the reward with the name.
func (w window) fieldOf(reward, field string) string {
	w.t.Helper()
	id := ask[string](w, fmt.Sprintf(`[...document.querySelectorAll(".reward")].find(r => r.querySelector("h2").textContent === %q).querySelector(%q).id`, reward, field))
	return "#" + id
}

func TestAWholeGiftInTheBrowser(t *testing.T) {
	t.Parallel()
	post := testmail.Start(t, testmail.Options{})
	h := start(t, "--mail-server", post.URL(), "--mail-from", "Open Harbor <receipts@give.test>", "--mail-anyone")
	w := open(t)
	old, now := h.raised(t)

	w.do(chromedp.Navigate(h.campaignPage()))
	w.settled("Light up the harbor")
	w.look("campaign")
	w.do(chromedp.Click(`.panel a[href$="/donate"]`))
	w.settled("Donate to")
	w.look("donate")

	w.do(chromedp.Click(`label[for="preset-other"]`), chromedp.SendKeys("#amount", "70,5x"), chromedp.Click(`label[for="cover"]`),
		chromedp.Click(`//summary[contains(., "Rewards")]`),
		chromedp.SendKeys(w.fieldOf("Harbor hoodie", ".many input"), "1"),
		chromedp.SendKeys("#name", "Zoë Quay"), chromedp.SendKeys("#email", "zoe@example.org"), chromedp.SendKeys("#comment", "For the harbor!"),
		chromedp.Click(`form .pay button`), chromedp.WaitVisible("#summary"))
	if at := ask[string](w, `document.activeElement.id`); at != "summary" {
		t.Errorf("got the focus on %q, want it on what is wrong", at)
	}
	w.look("donate-wrong")
	w.do(chromedp.SetValue("#amount", "70,50"))
	for name, text := range map[string]string{"recipient": "Ada", "line1": "1 Quay", "postal_code": "89073", "city": "Ulm"} {
		w.do(chromedp.SendKeys("#address-"+name, text))
	}
	w.do(chromedp.SetValue("#address-country", "DE"))
	w.look("donate-filled")
	w.do(chromedp.Click(`form .pay button`))

	w.settled("Pay for your gift")
	w.look("pay")
	w.do(chromedp.SendKeys("#card", "4000 0000 0000 0002"), chromedp.SendKeys("#code", "005"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`[role=alert]`))
	w.look("pay-declined")
	w.do(chromedp.SetValue("#card", confirmCard), chromedp.SetValue("#code", "005"), chromedp.Click(shown(submit)))
	w.settled("Confirm this payment")
	w.look("confirm")
	w.do(chromedp.Click(`button[value=yes]`))
	w.settled("Thank you!")
	w.look("thanks")
	w.do(chromedp.Click(`a[href$="/receipt"]`))
	w.settled("Payment receipt")
	w.look("receipt")
	for _, want := range []string{"Open Harbor Relief, Inc.", "12-3456789", "$70.50", "Harbor hoodie", "Zoë Quay"} {
		if got := ask[string](w, "document.body.textContent"); !strings.Contains(got, want) {
			t.Errorf("got a receipt without %q", want)
		}
	}

	w.do(printed())
	if got := ask[string](w, `getComputedStyle(document.querySelector("body > header")).display + getComputedStyle(document.querySelector(".receipt")).borderStyle`); got != "nonenone" {
		t.Errorf("got %q of the header and the border on paper, want the receipt alone", got)
	}
	w.keep("receipt-paper")

	w.mailed(post, "zoe@example.org", "Open Harbor Relief, Inc.", "$70.50")

	oldAfter, nowAfter := h.raised(t)
	if got := cents(t, oldAfter) - cents(t, old); got != 7050 {
		t.Errorf("version 3: got %d cents more, want 7050", got)
	}
	if got := cents(t, nowAfter) - cents(t, now); got != 7050 {
		t.Errorf("version 5: got %d cents more, want 7050", got)
	}
}

// receiptNumber is what the receipt of a page says.
const receiptNumber = `document.querySelector(".receipt header").textContent.match(/No\. (\d+)/)[1]`

// mailed wants one mail to the donor of the receipt that the window shows, with its number and those words, and
// wants the link in it to lead to the same receipt.
func (w window) mailed(post *testmail.Server, to string, words ...string) {
	w.t.Helper()
	number := ask[string](w, receiptNumber)
	post.WaitTo(w.t.Context(), w.t, to, 1)
	messages := post.Messages()
	text := plainText(w.t, messages[0].Data)
	for _, want := range append(words, "Receipt number", " "+number+"\n") {
		if !strings.Contains(text, want) {
			w.t.Errorf("got a mail without %q:\n%s", want, text)
		}
	}
	w.do(chromedp.Navigate(regexp.MustCompile(`http://\S+/gifts/\S+/receipt`).FindString(text)))
	w.settled("Payment receipt")
	if got := ask[string](w, receiptNumber); got != number {
		w.t.Errorf("got receipt %s behind the link in the mail, want %s", got, number)
	}
	if len(messages) != 1 {
		w.t.Errorf("got %d mails, want 1", len(messages))
	}
}

// plainText is the first part of a mail: the one that everybody can read.
func plainText(t *testing.T, message []byte) string {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(parsed.Body, params["boundary"]).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// printed shows pages as they come out of a printer.
func printed() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
}

// scriptsOff switches the scripts of pages off; ours in tests still run.
func scriptsOff() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

func TestAGiftWithoutScripts(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(scriptsOff(), chromedp.Navigate(h.campaignPage()+"/donate"))
	w.settled("Donate to")
	w.do(chromedp.Click(`label[for="preset-1"]`), chromedp.Click(`label[for="cover"]`))
	if got := ask[string](w, `document.querySelector('label[for="cover"]').innerText`); got != "Add the fee: $1.06" {
		t.Errorf("got %q, want what the fee adds to the chosen amount", got)
	}
	w.do(chromedp.Click(`form .pay button`))
	w.settled("Pay for your gift")
	w.do(chromedp.SendKeys("#card", slowCard), chromedp.SendKeys("#code", "003"), chromedp.KeyEvent(kb.Enter))
	w.settled("Your payment is on its way")
	w.settled("Thank you!") // the page loads itself anew
}

// TestAPageThatWaits looks at the page while the money is on its way, and waits with its script.
func TestAPageThatWaits(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(chromedp.Navigate(h.campaignPage() + "/donate"))
	w.settled("Donate to")
	w.do(chromedp.Click(`label[for="preset-1"]`), chromedp.Click(`form .pay button`))
	w.settled("Pay for your gift")
	w.do(chromedp.SendKeys("#card", slowCard), chromedp.SendKeys("#code", "015"), chromedp.KeyEvent(kb.Enter))
	w.settled("Your payment is on its way")
	w.look("waiting")
	w.settled("Thank you!")
}

func TestAGiftWithTheKeyboardOnly(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(chromedp.Navigate(h.campaignPage() + "/donate?" + url.Values{"relay": {"nobody"}}.Encode()))
	w.settled("Donate to")
	w.tabToField("preset-0")
	w.do(chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	w.tabToField("name")
	w.do(chromedp.KeyEvent("Kay"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("#summary"))
	w.look("donate-relay")
	w.tabToField("without_relay")
	w.do(chromedp.KeyEvent(" "))
	w.tabTo("Continue to payment · $50.00")
	w.do(chromedp.KeyEvent(kb.Enter))
	w.settled("Pay for your gift")
	if got := ask[string](w, "document.body.textContent"); !strings.Contains(got, "50.00") {
		t.Errorf("got a payment of another amount than the third one:\n%s", got)
	}
	w.tabToField("card")
	w.do(chromedp.KeyEvent(goodCard), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("123"), chromedp.KeyEvent(kb.Enter))
	w.settled("Thank you!")
	w.tabTo("Your receipt")
	w.do(chromedp.KeyEvent(kb.Enter))
	w.settled("Payment receipt")
}

// tabToField presses Tab until the field has the focus.
func (w window) tabToField(id string) {
	w.t.Helper()
	for range 60 {
		w.do(chromedp.KeyEvent(kb.Tab))
		if ask[string](w, "document.activeElement.id") == id {
			return
		}
	}
	w.t.Fatalf("got to no field %q with the Tab key", id)
}
