// Prints each donation to a campaign as it happens, over a WebSocket. It misses none while it is away. Before: npm install --prefix examples/websocket
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import WebSocket from 'ws' // from Node.js 22 on there is one built in
const { ALMONER_URL: server, CAMPAIGN: campaign } = process.env // http://127.0.0.1:8080, @ada/run
const file = 'cursor' // where to go on after
let retry = 5000

function take (message) {
  if (message.retry_ms) retry = message.retry_ms
  if (message.type === 'error') console.error(message.status, message.message)
  if (message.type === 'reset') console.log(`reset: ${message.reason}, ${message.facts[0].fact.total_amount_raised.value} raised so far`)
  if (message.type === 'donation.completed' && message.data) {
    const { donor_name: name, amount } = message.data
    console.log(`${name} gave ${amount.value} ${amount.currency}${message.test ? ' (a test)' : ''}`)
  }
  if (message.cursor) writeFileSync(file, message.cursor)
}

function connect () {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}/live/socket`)
  const silence = setTimeout(() => socket.terminate(), 30_000) // the server speaks every 15 seconds
  socket.on('open', () => {
    const after = existsSync(file) ? readFileSync(file, 'utf8') : undefined
    socket.send(JSON.stringify({ type: 'subscribe', facts: [campaign], types: ['donation.completed'], after }))
  })
  socket.on('message', frame => { silence.refresh(); take(JSON.parse(frame)) })
  socket.on('error', error => console.error(error.message))
  socket.on('close', () => { clearTimeout(silence); setTimeout(connect, retry) })
}
connect()
