// Prints each donation to a campaign as it happens, over server-sent events. It misses none while it is away.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
const { ALMONER_URL: server, CAMPAIGN: campaign } = process.env // http://127.0.0.1:8080, @ada/run
const file = 'cursor' // where to go on after
let retry = 5000

function take (message) {
  if (message.retry_ms) retry = message.retry_ms
  if (message.type === 'reset') console.log(`reset: ${message.reason}, ${message.facts[0].fact.total_amount_raised.value} raised so far`)
  if (message.type === 'donation.completed' && message.data) {
    const { donor_name: name, amount } = message.data
    console.log(`${name} gave ${amount.value} ${amount.currency}${message.test ? ' (a test)' : ''}`)
  }
  if (message.cursor) writeFileSync(file, message.cursor)
}

for (;; await new Promise(resolve => setTimeout(resolve, retry))) {
  try {
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(new Error('silence')), 30_000) // the server speaks every 15 seconds
    const headers = existsSync(file) ? { 'last-event-id': readFileSync(file, 'utf8') } : {}
    const answer = await fetch(`${server}/live/${campaign}/events?types=donation.completed`, { headers, signal: silence.signal })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    let text = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh()
      const lines = (text + chunk).split('\n')
      text = lines.pop()
      for (const line of lines) if (line.startsWith('data: ')) take(JSON.parse(line.slice(6)))
    }
  } catch (error) { console.error(error.message) }
}
