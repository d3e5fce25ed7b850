'use strict'
// The same lists without the client: plain requests that follow the cursors of the answers.

async function page (site, token, path) {
  const url = new URL(path, site.base_url)
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(60_000) })
  const body = await answer.json()
  if (answer.status !== 200) throw new Error(`GET ${url}: ${answer.status} ${JSON.stringify(body)}`)
  return body
}

// donationsByPage walks from the newest donation to the oldest by pages of limit.
async function donationsByPage (site, token, campaign, limit) {
  const all = []
  const been = new Set()
  for (let after = null; ;) {
    const path = `/api/public/campaigns/${campaign}/donations?limit=${limit}` + (after ? `&after=${encodeURIComponent(after)}` : '')
    const { data, metadata } = await page(site, token, path)
    if (data.length > limit) throw new Error(`${path}: got ${data.length} donations, want ${limit} at most`)
    all.push(...data)
    if (metadata.after === null) return all
    if (been.has(metadata.after)) throw new Error(`${path}: the walk goes in a circle`)
    been.add(metadata.after)
    after = metadata.after
  }
}

module.exports = { donationsByPage, page }
