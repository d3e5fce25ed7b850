'use strict'
// The worked bots of the documents, as processes.

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const folder = process.env.ALMONER_EXAMPLES
const languages = {
  Go: job => [path.join(folder, job, 'bot')],
  JavaScript: job => ['node', path.join(folder, job, 'bot.mjs')],
  Python: job => [process.env.ALMONER_PYTHON || 'python3', path.join(folder, job, 'bot.py')]
}
const running = new Set()
process.on('exit', () => running.forEach(child => child.kill('SIGKILL')))

// start runs the bot for a job in a language, in a folder of its own, where it finds its cursor when it starts again.
function start (job, language, env) {
  const bot = { name: `${job} in ${language}`, job, lines: [], errors: '', home: fs.mkdtempSync(path.join(os.tmpdir(), 'bot-')), ...env }
  bot.run = () => {
    const [program, ...args] = languages[language](job)
    const child = spawn(program, args, { cwd: bot.home, env: { ...process.env, ...env.variables }, stdio: ['ignore', 'pipe', 'pipe'] })
    bot.ended = new Promise(resolve => child.on('close', resolve))
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', chunk => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()
      bot.lines.push(...lines.map(line => line.trim()))
    })
    child.stderr.setEncoding('utf8').on('data', chunk => { bot.errors += chunk })
    child.on('error', error => { bot.errors += error.message })
    running.add(child)
    bot.stop = async () => {
      child.kill('SIGKILL')
      await bot.ended
      running.delete(child)
    }
  }
  bot.cursor = path.join(bot.home, 'cursor')
  bot.run()
  return bot
}

// until waits until a condition holds for all bots.
async function until (bots, what, holds) {
  const deadline = Date.now() + 60_000
  for (;;) {
    const late = bots.filter(bot => !holds(bot))
    if (late.length === 0) return
    if (Date.now() > deadline) {
      throw new Error(late.map(bot => `${bot.name}: ${what} did not come in a minute; it printed ${JSON.stringify(bot.lines)} and ${bot.errors}`).join('\n'))
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

module.exports = { languages: Object.keys(languages), start, until }
