'use strict'
// Calls of the published client as promises. The client takes a callback and drops the promises of
// its requests, so a refused one shows up as an unhandled rejection only; calls therefore run one
// at a time, and such a rejection belongs to the one that is waiting.

const TiltifyClient = require('tiltify-api-client')

const deadline = 60_000
let waiting = null

process.on('unhandledRejection', reason => {
  if (!waiting) throw reason
  waiting(reason)
})

// attempt makes one call and gives { data } or { error }. It ends also when the server never answers.
async function attempt (group, method, ...args) {
  if (waiting) throw new Error(`${method} called while another call is waiting`)
  let timer
  try {
    const data = await new Promise((resolve, reject) => {
      waiting = reject
      timer = setTimeout(() => reject(new Error(`${method}(${args}) got no answer in ${deadline} ms`)), deadline)
      group[method](...args, resolve)
    })
    return { data }
  } catch (error) {
    return { error }
  } finally {
    clearTimeout(timer)
    waiting = null
  }
}

// call makes one call that must succeed and gives its data.
async function call (group, method, ...args) {
  const { data, error } = await attempt(group, method, ...args)
  if (error) throw new Error(`${group.constructor.name}.${method}(${args}): ${error.message}`, { cause: error })
  return data
}

// connect makes a client and notes which of its methods get called.
function connect (token, used) {
  const client = new TiltifyClient(token)
  for (const name of Object.keys(client)) {
    const group = client[name]
    if (typeof group !== 'object' || Array.isArray(group)) continue
    client[name] = new Proxy(group, {
      get (target, key) {
        if (typeof target[key] === 'function' && !key.startsWith('_') && key !== 'constructor') used.add(`${name}.${key}`)
        return target[key]
      }
    })
  }
  return client
}

// methods lists every public method of the client, as Group.method.
function methods () {
  const client = new TiltifyClient('')
  const all = []
  for (const name of Object.keys(client)) {
    if (typeof client[name] !== 'object' || Array.isArray(client[name])) continue
    for (const key of Object.getOwnPropertyNames(Object.getPrototypeOf(client[name]))) {
      if (key !== 'constructor') all.push(`${name}.${key}`)
    }
  }
  return all
}

module.exports = { attempt, call, connect, methods }
