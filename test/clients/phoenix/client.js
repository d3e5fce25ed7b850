'use strict'
// The published client of Phoenix channels, over a WebSocket that notes what passed.

const { Socket } = require('phoenix')
const WebSocket = require('ws')

// version1 writes and reads messages as serializer 1.0.0 does; phoenix.js itself speaks 2.0.0 only.
const version1 = {
  vsn: '1.0.0',
  encode: ({ topic, event, payload, ref }, send) => send(JSON.stringify({ topic, event, payload, ref })),
  decode: (frame, take) => take(JSON.parse(frame))
}

// connect makes a socket with the options of phoenix.js. Its frames are all that the server sent, its protocols what was agreed on.
function connect (base, options) {
  const seen = { frames: [], protocols: [], closes: [] }
  class Transport extends WebSocket {
    constructor (address, protocols) {
      super(address, protocols, { origin: 'https://overlay.example.org' })
      this.on('open', () => seen.protocols.push(this.protocol))
      this.on('message', frame => seen.frames.push(frame.toString()))
      this.on('close', code => seen.closes.push(code))
    }
  }
  const socket = new Socket(base.replace(/^http/, 'ws') + '/socket', { transport: Transport, ...options })
  return { socket, seen }
}

// within gives what a promise gives, and fails after a minute.
function within (what, promise) {
  let timer
  const late = new Promise((resolve, reject) => { timer = setTimeout(() => reject(new Error(`${what}: nothing came in a minute`)), 60_000) })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// eventually waits until a condition holds.
function eventually (what, holds) {
  return within(what, (async () => { while (!holds()) await new Promise(resolve => setTimeout(resolve, 20)) })())
}

// answer gives the status and the response to a push of a channel.
function answer (what, push) {
  return within(what, new Promise(resolve => {
    for (const status of ['ok', 'error', 'timeout']) push.receive(status, response => resolve({ status, response }))
  }))
}

// pushes collects what a channel pushes under a name. until(n) waits for that many.
function pushes (channel, name) {
  const all = []
  const waiting = []
  channel.on(name, payload => {
    all.push(payload)
    waiting.filter(one => one.n === all.length).forEach(one => one.done(all))
  })
  const until = n => within(`${n} pushes of ${channel.topic}`, new Promise(resolve => all.length >= n ? resolve(all) : waiting.push({ n, done: resolve })))
  return { all, until }
}

module.exports = { answer, connect, eventually, pushes, version1, within }
