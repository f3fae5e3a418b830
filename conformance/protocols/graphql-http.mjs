import { auditServer } from 'graphql-http'
import { authorization, endpoint, tell } from '../kit.mjs'

const AUDITS = 61

const fetchFn = (url, init = {}) => {
  const headers = new Headers(init.headers)
  headers.set('Authorization', authorization('lin'))
  return fetch(url, { ...init, headers })
}

const results = await auditServer({ url: endpoint, fetchFn })
const wrong = results.filter(({ status }) => status !== 'ok')
const failures = await Promise.all(
  wrong.map(async ({ id, name, status, reason, response }) => {
    const body = response?.bodyUsed ? '' : await response?.text()
    return `  ${id} ${name}\n    ${status}: ${reason}; ${response?.status} ${body}`
  }),
)
tell('graphql-http', results.length - wrong.length, AUDITS, failures)
