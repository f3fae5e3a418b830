import { Refused } from './ask.js'
import { commands } from './commands.js'
import { overHttp, overSocket, Token } from './connect.js'
import { address, tokenOf } from './people.js'

const USAGE = `npm start -- PERSON COMMAND
${Object.entries(commands)
  .map(([name, { words, does }]) => `  ${`${name} ${words}`.padEnd(38)}${does}`)
  .join('\n')}

HUDDLE_URL says where the service is: ${address}`

const [person, name, ...words] = process.argv.slice(2)
const command = name && commands[name]
if (!person || !command || words.length < command.words.split(' ').filter(Boolean).length) {
  console.error(USAGE)
  process.exit(2)
}

const token = new Token(() => tokenOf(person))
const socket = overSocket(address, token)
try {
  await command.run({ http: await overHttp(address, token), socket, token, say: console.log }, ...words)
} catch (problem) {
  if (!(problem instanceof Refused)) throw problem
  console.error(problem.message, ...problem.codes)
  process.exitCode = 1
} finally {
  await socket.dispose()
}
