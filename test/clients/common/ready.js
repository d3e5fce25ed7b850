'use strict'
// node ready.js CREDENTIALS PID: waits until the server of that process has written its credentials
// and says that it is ready, and prints its base URL. Gives up after a minute or when the process ends.

const fs = require('node:fs')

const [file, pid] = process.argv.slice(2)
const deadline = Date.now() + 60_000

async function ready () {
  try {
    const { base_url: base } = JSON.parse(fs.readFileSync(file, 'utf8'))
    const answer = await fetch(new URL('/readyz', base), { signal: AbortSignal.timeout(5_000) })
    return { base: answer.ok && base, why: `/readyz: ${answer.status}` }
  } catch (error) {
    return { why: error.message }
  }
}

function alive () {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}

async function main () {
  for (;;) {
    const running = alive()
    const { base, why } = await ready()
    if (base && running) return console.log(base)
    if (!running || Date.now() > deadline) throw new Error(`the server is not ready: ${running ? why : 'it has ended'}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

main().catch(error => {
  console.error(error.message)
  process.exit(1)
})
