// The floor's statements on Node's drivers; rows are arrays.
import Database from 'libsql'
import pg from 'pg'

const plain = (value) => {
  if (Array.isArray(value)) return JSON.stringify(value.map(plain))
  if (typeof value === 'boolean') return Number(value)
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(value) ? value.replaceAll('-', '') : value
}

function sqlite(path, statements) {
  const database = new Database(path)
  database.exec('PRAGMA busy_timeout = 5000')
  const prepared = {}
  for (const [name, text] of Object.entries(statements)) prepared[name] = database.prepare(text).raw()
  return {
    all: async (name, ...values) => prepared[name].all(...values.map(plain)),
    moment: (value) => new Date(Math.round(value * 1000)),
    uuid: (hex) => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  }
}

function postgresql(connectionString, statements) {
  const pool = new pg.Pool({ connectionString, max: 20 })
  pg.types.setTypeParser(20, Number) // bigint: only counts are
  return {
    all: async (name, ...values) =>
      (await pool.query({ name, text: statements[name], values, rowMode: 'array' })).rows,
    moment: (value) => value,
    uuid: (value) => value,
  }
}

export function open(url, statements) {
  return url.startsWith('sqlite:///')
    ? sqlite(url.slice('sqlite:///'.length), statements)
    : postgresql(url, statements)
}
