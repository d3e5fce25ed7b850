'use strict'
// A way between a bot and a server that breaks when a test says so.

const net = require('node:net')

// open passes connections on to a port of this machine. cut breaks those that are open, and the next one that is made; loseAnswer
// breaks the next one whose answer begins. What came back is in heard, how many connections were broken in broken.
async function open (port) {
  const pairs = new Set()
  const proxy = { heard: '', broken: 0, answers: 0, refuse: false, lose: false }
  const server = net.createServer(near => {
    if (proxy.refuse) {
      proxy.refuse = false
      proxy.broken++
      return near.destroy()
    }
    const far = net.connect(port, '127.0.0.1')
    const pair = { end () { near.destroy(); far.destroy(); pairs.delete(pair) } }
    pairs.add(pair)
    near.pipe(far)
    far.on('data', chunk => {
      if (proxy.lose) {
        proxy.lose = false
        proxy.broken++
        return pair.end()
      }
      proxy.answers++
      proxy.heard += chunk
      near.write(chunk)
    })
    for (const side of [near, far]) side.on('error', () => pair.end()).on('close', () => pair.end())
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  proxy.port = server.address().port
  proxy.cut = () => {
    proxy.refuse = true
    proxy.broken += pairs.size
    for (const pair of pairs) pair.end()
  }
  proxy.loseAnswer = () => { proxy.lose = true }
  return proxy
}

module.exports = { open }
