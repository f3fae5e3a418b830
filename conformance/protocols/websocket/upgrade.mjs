import { request } from 'node:http'
import { endpoint, within } from '../../kit.mjs'

const CLOSE_FRAME = 0x88

/** Upgrades by hand, since clients hang up when no subprotocol is chosen, and reads the close code. */
export function closeAfterUpgrade(protocols) {
  const asked = request(endpoint, {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'aHVkZGxlaHVkZGxlaHVkZA==',
      ...(protocols && { 'Sec-WebSocket-Protocol': protocols }),
    },
  })
  const code = new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', ({ statusCode }) => reject(new Error(`The upgrade was answered ${statusCode}`)))
    asked.on('upgrade', (_, socket, head) => {
      const read = (bytes) => {
        if (bytes.length < 4) return
        socket.destroy()
        if (bytes[0] === CLOSE_FRAME) resolve(bytes.readUInt16BE(2))
        else reject(new Error(`No close frame came but ${bytes.toString('hex')}`))
      }
      socket.on('data', read)
      read(head)
    })
  })
  asked.end()
  return within(10, code, 'The close').finally(() => asked.destroy())
}
