'use strict'
// The same lists without the client: plain requests that follow the links of the answers.

async function page (site, path) {
  const url = new URL(path, site.base_url)
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${site.v3.application_token}` },
    signal: AbortSignal.timeout(60_000)
  })
  const body = await answer.json()
  if (answer.status !== 200) throw new Error(`GET ${url}: ${answer.status} ${JSON.stringify(body)}`)
  return body
}

// donationsByPage walks from the newest donation to the oldest by pages of count.
async function donationsByPage (site, campaign, count) {
  const all = []
  const been = new Set()
  let path = `/api/v3/campaigns/${campaign}/donations?count=${count}`
  while (path) {
    const { data, links } = await page(site, path)
    if (data.length === 0) break
    if (data.length > count) throw new Error(`${path}: got ${data.length} donations, want ${count} at most`)
    all.push(...data)
    been.add(path)
    path = links.prev
    if (been.has(path)) throw new Error(`${path}: the walk goes in a circle`)
  }
  return all
}

// donationsAfter follows from one donation to the newest, as a client does that polls for new ones,
// and gives them newest first.
async function donationsAfter (site, campaign, id, count) {
  const pages = []
  let after = id
  for (;;) {
    const { data } = await page(site, `/api/v3/campaigns/${campaign}/donations?count=${count}&after=${after}`)
    if (data.length === 0) return pages.reverse().flat()
    pages.push(data)
    after = data[0].id
  }
}

module.exports = { donationsAfter, donationsByPage, page }
