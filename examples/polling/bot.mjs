// Prints each new donation to a campaign. It asks every five seconds.
const { ALMONER_URL: server, ALMONER_TOKEN: token, CAMPAIGN: campaign } = process.env // http://127.0.0.1:8080, …, @ada/run

async function get (path) {
  const answer = await fetch(server + path, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(10_000) })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return await answer.json()
}

const fact = (await get(`/api/public/facts/by/slugs/${campaign}`)).data.id
const list = `/api/public/facts/${fact}/donations?limit=100` // the newest one first
let newest = (await get(list)).data[0]?.completed_at
const begin = newest ?? '' // what was before is history
let seen = new Set()
for (;; await new Promise(resolve => setTimeout(resolve, 5000))) {
  try {
    const donations = []
    const since = newest ? new Date(Date.parse(newest) - 60_000).toISOString() : '' // a minute back: some arrive out of order
    for (let after = ''; after !== null;) {
      const page = await get(`${list}&completed_after=${since}&after=${after}`)
      donations.unshift(...page.data.reverse())
      after = page.metadata.after
    }
    for (const { id, amount, completed_at: at, donor_name: name } of donations) {
      if (at > begin && !seen.has(id)) console.log(`${name} gave ${amount.value} ${amount.currency}`)
    }
    seen = new Set(donations.map(donation => donation.id))
    newest = donations.at(-1)?.completed_at ?? newest
  } catch (error) { console.error(error.message) } // the next round asks again for the same
}
