package webhook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/webhook"
)

// receiverScript verifies requests as many receivers do: it parses the body, and signs what it writes of it again.
const receiverScript = `
const { createHmac } = require('crypto');
let wrong = 0, seen = 0;
for (const line of require('fs').readFileSync(0, 'utf8').split('\n')) {
  if (line === '') continue;
  const r = JSON.parse(line);
  const again = JSON.stringify(JSON.parse(r.body));
  const signature = createHmac('sha256', r.key).update(r.timestamp + '.' + again).digest('base64');
  seen++;
  if (signature !== r.signature && wrong++ < 3) console.log(JSON.stringify(r.body) + '\n' + JSON.stringify(again));
}
console.log(seen + ' ' + wrong);`

// TestNodeAcceptsRandomBodies signs 10,000 bodies of random unicode, which a receiver in JavaScript verifies.
func TestNodeAcceptsRandomBodies(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is missing: scripts/test.sh installs it")
	}
	const bodies = 10_000
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	key := strings.Repeat("0123456789abcdef", 4)
	var requests bytes.Buffer
	for range bodies {
		body := must.Get(webhook.Body(randomValue(random, 4)))(t)
		h := webhook.Signing{Keys: []string{key}, At: time.Unix(1_800_000_000, 0)}.Header(body)
		must.Do(t, json.NewEncoder(&requests).Encode(map[string]string{
			"body": string(body), "key": key, "timestamp": h.Get(webhook.HeaderTimestamp), "signature": h.Get(webhook.HeaderSignature),
		}))
	}
	run := exec.CommandContext(t.Context(), node, "-e", receiverScript)
	run.Stdin = &requests
	if said, err := run.CombinedOutput(); err != nil || string(said) != fmt.Sprintf("%d 0\n", bodies) {
		t.Errorf("got %.2000s, %v, want every signature verified", said, err)
	}
}

// randomValue is any value of JSON, with objects up to a depth.
func randomValue(random *rand.Rand, depth int) any {
	switch kind := random.IntN(8); {
	case kind == 0:
		return []any{nil, true, false}[random.IntN(3)]
	case kind == 1:
		return random.Int64N(1<<53) - 1<<52
	case kind == 2:
		return (random.Float64() - 0.5) * []float64{1, 1e-9, 1e9, 1e300}[random.IntN(4)]
	case kind <= 4 || depth == 0:
		return randomText(random)
	case kind == 5:
		list := make([]any, random.IntN(4))
		for i := range list {
			list[i] = randomValue(random, depth-1)
		}
		return list
	default:
		object := map[string]any{}
		for range random.IntN(5) {
			// Keys that are not UTF-8 could become the same one.
			object["k"+strings.ToValidUTF8(randomText(random), "?")] = randomValue(random, depth-1)
		}
		return object
	}
}

// randomText has signs of all planes, more of those that programs write in different ways, and broken UTF-8.
func randomText(random *rand.Rand) string {
	var text strings.Builder
	for range random.IntN(12) {
		switch random.IntN(5) {
		case 0:
			text.WriteRune(rune(random.IntN(0x100)))
		case 1:
			text.WriteRune(rune(random.IntN(0x110000))) // half of a pair is written as U+FFFD
		case 2:
			text.WriteRune([]rune("\u2028\u2029</>&\"\\/\u007f\ufeff\ufffd\uffff\ud7ff\ue000💜")[random.IntN(16)])
		case 3:
			text.WriteByte(byte(0x80 + random.IntN(0x80)))
		default:
			text.WriteString([]string{`\u2028`, `\n`, "e\u0301", "ﬁ", "𝒳"}[random.IntN(5)])
		}
	}
	return text.String()
}
