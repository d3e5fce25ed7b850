// Prints each new donation to a campaign. It asks every five seconds, and misses none while it is away.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
const { ALMONER_URL: server, ALMONER_TOKEN: token, CAMPAIGN: campaign } = process.env // http://127.0.0.1:8080, …, @ada/run

async function get (path) {
  const answer = await fetch(server + path, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return await answer.json()
}

const list = `/api/public/facts/${(await get(`/api/public/facts/by/slugs/${campaign}`)).data.id}/donations?limit=100` // the newest one first
let { newest, seen } = existsSync('cursor') ? JSON.parse(readFileSync('cursor')) : { newest: (await get(list)).data[0]?.completed_at }
for (;; await sleep(5000)) {
  try {
    const since = newest ? new Date(Date.parse(newest) - 60_000).toISOString() : '' // a minute back: some arrive out of order
    const found = []
    for (let page, after = ''; after !== null; after = page.metadata.after) {
      page = await get(`${list}&completed_after=${since}&after=${after}`)
      found.push(...page.data)
    }
    const fresh = seen ? found.filter(({ id }) => !seen.includes(id)).reverse() : [] // what was before the first start is history
    for (const { amount, donor_name: name } of fresh) console.log(`${name} gave ${amount.value} ${amount.currency}`)
    newest = found[0]?.completed_at ?? newest
    seen = found.map(({ id }) => id)
    writeFileSync('cursor', JSON.stringify({ newest, seen }))
  } catch (error) { console.error(error.message) } // the next round asks again for the same
}
