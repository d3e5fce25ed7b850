'use strict'
// Assertions whose failures name the call, what came and what was wanted.

const assert = require('node:assert/strict')

// checks gives object and list for answers whose kinds always have those keys.
function checks (keys) {
  // object asserts that value is an object with at least the keys of its kind.
  function object (value, kind, what) {
    assert.ok(value !== null && typeof value === 'object' && !Array.isArray(value), `${what}: got ${brief(value)}, want an object`)
    const missing = keys[kind].filter(key => !(key in value))
    assert.equal(missing.length, 0, `${what}: ${kind} lacks ${missing.join(', ')}; got ${brief(value)}`)
    return value
  }

  // list asserts that value is an array of such objects with at least `least` of them and no id twice.
  function list (value, kind, what, least = 1) {
    assert.ok(Array.isArray(value), `${what}: got ${brief(value)}, want an array`)
    assert.ok(value.length >= least, `${what}: got ${value.length} items, want at least ${least}`)
    value.forEach((item, i) => object(item, kind, `${what}[${i}]`))
    if (keys[kind].includes('id')) once(value, what)
    return value
  }

  return { list, object }
}

// once asserts that no id is there twice.
function once (items, what) {
  const seen = new Set()
  for (const { id } of items) {
    assert.ok(!seen.has(id), `${what}: id ${id} is there twice`)
    seen.add(id)
  }
}

// newestFirst asserts the order of donations by the time that the key holds.
function newestFirst (donations, key, what) {
  for (let i = 1; i < donations.length; i++) {
    assert.ok(donations[i - 1][key] >= donations[i][key],
      `${what}: donation ${donations[i].id} (${donations[i][key]}) comes after the older ${donations[i - 1].id} (${donations[i - 1][key]})`)
  }
}

function has (items, id, what) {
  assert.ok(items.some(item => item.id === id), `${what}: got ids ${brief(items.map(item => item.id))}, want ${id} among them`)
}

// complete asserts that whatever was there before a walk was met by it, once and in the same order.
function complete (before, walked, what) {
  once(walked, what)
  const seen = new Set(walked.map(donation => donation.id))
  const lost = before.filter(donation => !seen.has(donation.id)).map(donation => donation.id)
  assert.deepEqual(lost, [], `${what}: donations that were there at the start and were not met`)
  const known = new Set(before.map(donation => donation.id))
  assert.deepEqual(walked.filter(donation => known.has(donation.id)).map(donation => donation.id),
    before.map(donation => donation.id), `${what}: order`)
}

function brief (value) {
  const text = JSON.stringify(value)
  return text === undefined ? 'undefined' : text.length > 300 ? text.slice(0, 300) + '…' : text
}

module.exports = { assert, brief, checks, complete, has, newestFirst, once }
