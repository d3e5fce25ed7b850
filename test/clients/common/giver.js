'use strict'
// Donations made by the binary itself, through its running server.

const { spawn } = require('node:child_process')

const binary = process.env.ALMONER_BIN
const data = process.env.ALMONER_DATA

// give makes count donations and returns when all are acknowledged as durable.
function give (campaign, amount, count, signal) {
  return new Promise((resolve, reject) => {
    const args = ['trigger', 'donation', '--data', data, '--campaign', String(campaign), '--amount', amount, '--name', 'Walker', '--count', String(count)]
    const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'], signal, killSignal: 'SIGTERM' })
    let said = ''
    child.stderr.on('data', chunk => { said += chunk })
    child.on('error', reject)
    child.on('exit', (code, killed) => code === 0
      ? resolve()
      : reject(new Error(`trigger donation for campaign ${campaign} ended with ${code ?? killed}: ${said}`)))
  })
}

// giveWhile keeps donations coming to the campaign as long as work runs, and gives what work gave.
async function giveWhile (campaign, amount, work) {
  let working = true
  const giving = (async () => {
    while (working) await give(campaign, amount, 25)
  })()
  try {
    // A giver that fails ends the work at once; one that ends early cannot, it runs until told.
    return await Promise.race([work(), giving.then(() => { throw new Error('giving ended before the work') })])
  } finally {
    working = false
    await giving
  }
}

module.exports = { give, giveWhile }
