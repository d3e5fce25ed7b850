// Takes webhooks, believes those with the right signature, and prints each donation once.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
const { SIGNING_KEY: key, PORT: port = 3000 } = process.env
if (!key) throw new Error('SIGNING_KEY is not set')
const seen = new Set() // keep these in your database: messages come again for days

function genuine ({ 'x-tiltify-timestamp': timestamp = '', 'x-tiltify-signature': signature = '' }, body) {
  const want = createHmac('sha256', key).update(`${timestamp}.${body}`).digest()
  const got = Buffer.from(signature, 'base64')
  return got.length === want.length && timingSafeEqual(got, want) && Math.abs(Date.now() - Date.parse(timestamp)) < 5 * 60_000
}

async function take (request, response) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) if ((body += chunk).length > 1e6) return request.destroy()
  if (!genuine(request.headers, body)) return response.writeHead(403).end('wrong signature\n')
  const { data, meta } = JSON.parse(body)
  if (meta.event_type.endsWith(':donation_updated') && !seen.has(data.id)) {
    seen.add(data.id) // it comes again when an answer is lost, and when the donation changes
    console.log(`${data.donor_name} gave ${data.amount.value} ${data.amount.currency}`)
  }
  response.writeHead(200).end()
}
createServer((request, response) => take(request, response).catch(() => request.destroy())).listen(port, '127.0.0.1')
