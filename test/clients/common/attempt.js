'use strict'
// Calls of a published client as promises. Both versions of the client take a callback and drop the
// promises of their requests, so a refused one shows up as an unhandled rejection only; calls
// therefore run one at a time, and such a rejection belongs to the one that is waiting.

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
  if (error) throw new Error(`${group.constructor.name}.${method}(${args}): ${error.message} ${answerOf(error)}`, { cause: error })
  return data
}

// answerOf is what the server said, where the client's HTTP library tells.
function answerOf (error) {
  return error.response?.data ? JSON.stringify(error.response.data) : ''
}

// groups are the names of those parts of a client that make calls.
function groups (client) {
  return Object.keys(client).filter(name => {
    const value = client[name]
    return value !== client && value !== null && typeof value === 'object' && !Array.isArray(value)
  })
}

// watched is the client, whose methods note in used that they were called.
function watched (client, used) {
  for (const name of groups(client)) {
    client[name] = new Proxy(client[name], {
      get (target, key) {
        if (typeof target[key] === 'function' && !key.startsWith('_') && key !== 'constructor') used.add(`${name}.${key}`)
        return target[key]
      }
    })
  }
  return client
}

// methods lists every public method of the client's groups, as Group.method.
function methods (client) {
  return groups(client).flatMap(name => Object.getOwnPropertyNames(Object.getPrototypeOf(client[name]))
    .filter(key => key !== 'constructor').map(key => `${name}.${key}`))
}

module.exports = { attempt, call, methods, watched }
