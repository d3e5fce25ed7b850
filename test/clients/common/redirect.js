'use strict'
// Preload (node --require ./redirect.js): sends what a client asks of https://tiltify.com (V3) and of
// https://v5api.tiltify.com (V5) to the server at $ALMONER_BASE_URL instead. The client's own code
// stays as published. Every other host is refused, so that a test can never reach the real service.

const http = require('node:http')
const https = require('node:https')

const hosts = ['tiltify.com', 'v5api.tiltify.com']
const base = new URL(required('ALMONER_BASE_URL'))
if (base.protocol !== 'http:' || !['127.0.0.1', '[::1]', 'localhost'].includes(base.hostname)) {
  throw new Error(`ALMONER_BASE_URL is ${base.href}, want http on a loopback address`)
}
// The client's HTTP library would tunnel https through a proxy and never call https.request.
for (const name of Object.keys(process.env)) {
  if (/^(https?|all)_proxy$/i.test(name)) delete process.env[name]
}

https.request = function (options, ...rest) {
  const host = options.hostname || options.host
  if (!hosts.includes(host)) throw new Error(`request to ${host}: only ${hosts.join(' and ')} are redirected`)
  const { agent, agents, agentClass, httpModule, ...kept } = options
  return http.request({
    ...kept,
    protocol: 'http:',
    host: base.hostname.replace(/^\[|\]$/g, ''),
    hostname: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port || 80,
    path: base.pathname.replace(/\/$/, '') + options.path,
    headers: { ...options.headers, host: base.host }
  }, ...rest)
}

function required (name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}
