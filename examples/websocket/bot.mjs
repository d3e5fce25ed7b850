// Prints each donation to a campaign as it happens, over a WebSocket. It misses none while it is away. Before: npm install --prefix examples/websocket
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import WebSocket from 'ws' // from Node.js 22 on there is one built in
const { ALMONER_URL: server, CAMPAIGN: campaign } = process.env // http://127.0.0.1:8080, @ada/run
let retry = 5000

function connect () {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/live/socket`)
  const silence = setTimeout(() => socket.terminate(), 30_000) // the server speaks every 15 seconds
  const after = existsSync('cursor') ? readFileSync('cursor', 'utf8') : '' // where to go on after
  socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', facts: [campaign], types: ['donation.completed'], after })))
  socket.on('message', frame => {
    silence.refresh()
    const message = JSON.parse(frame)
    retry = message.retry_ms ?? retry
    if (message.type === 'reset' || message.type === 'error') console.log(`${message.type}: ${message.reason ?? message.message}`)
    if (message.data) console.log(message.data.donor_name, 'gave', message.data.amount.value, message.data.amount.currency, message.test ? '(a test)' : '')
    if (message.cursor) writeFileSync('cursor', message.cursor)
  })
  socket.on('error', error => console.error(error.message))
  socket.on('close', () => { clearTimeout(silence); setTimeout(connect, retry) })
}
connect()
