// node validate.js: fetches the documents of the server in both dialects, checks each with a published
// validator, and keeps those in OpenAPI 3.1 as files for those who come after it.

import { strict as assert } from 'node:assert'
import { writeFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { base, documents } from './demo.js'

async function check (path, version) {
  const answer = await fetch(base + path)
  assert.equal(answer.status, 200, `${path}: got ${answer.status}, want 200 without a token`)
  assert.ok(answer.headers.get('etag'), `${path}: got no ETag`)
  assert.equal(answer.headers.get('access-control-allow-origin'), '*', `${path}: any origin may read it`)
  const again = await fetch(base + path, { headers: { 'if-none-match': answer.headers.get('etag') } })
  assert.equal(again.status, 304, `${path}: got ${again.status} for the same ETag, want 304`)

  const text = await answer.text()
  const validator = new Validator()
  const { valid, errors } = await validator.validate(JSON.parse(text))
  assert.ok(valid, `${path}: ${JSON.stringify(errors, null, 1)}`)
  assert.equal(validator.version, version, `${path}: version`)
  console.log(`  ${path} is valid OpenAPI ${validator.version}`)
  return text
}

for (const [name, path] of Object.entries(documents)) {
  writeFileSync(`${name}.json`, await check(path, '3.1'))
  await check(`${path}-3.0`, '3.0')
}
