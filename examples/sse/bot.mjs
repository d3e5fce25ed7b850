// Prints each donation to a campaign as it happens, over server-sent events. It misses none while it is away.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
const { ALMONER_URL: server, CAMPAIGN: campaign } = process.env // http://127.0.0.1:8080, @ada/run

for (let retry = 5000; ; await sleep(retry)) {
  try {
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(new Error('silence')), 30_000) // the server speaks every 15 seconds
    const after = existsSync('cursor') ? readFileSync('cursor', 'utf8') : '' // where to go on after
    const answer = await fetch(`${server}/live/${campaign}/events?types=donation.completed&after=${after}`, { signal: silence.signal })
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    let rest = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh()
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()
      for (const line of lines.filter(line => line.startsWith('data: '))) {
        const message = JSON.parse(line.slice(6))
        retry = message.retry_ms ?? retry
        if (message.type === 'reset') console.log(`reset: ${message.reason}`)
        if (message.data) console.log(message.data.donor_name, 'gave', message.data.amount.value, message.data.amount.currency, message.test ? '(a test)' : '')
        if (message.cursor) writeFileSync('cursor', message.cursor)
      }
    }
  } catch (error) { console.error(error.message) }
}
