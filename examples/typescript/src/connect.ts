import { Client, fetchExchange } from '@urql/core'
import { createClient, type Client as SocketClient } from 'graphql-ws'
import WebSocket from 'ws'

const HANDSHAKE = 5_000
const PING_EVERY = 10_000
const PONG_WITHIN = 5_000

/** Somebody's token; `renew` gets another one, once for all who ask at the same time. */
export class Token {
  private pending: Promise<string>

  constructor(private readonly fetchToken: () => Promise<string>) {
    this.pending = fetchToken()
  }

  async header(): Promise<{ Authorization: string }> {
    return { Authorization: `Bearer ${await this.pending}` }
  }

  renew(): Promise<string> {
    this.pending = this.fetchToken()
    return this.pending
  }
}

/** Queries and mutations, over HTTP. */
export async function overHttp(address: string, token: Token): Promise<Client> {
  const headers = await token.header()
  return new Client({
    url: `${address}/graphql`,
    exchanges: [fetchExchange],
    fetchOptions: { headers },
    preferGetMethod: false,
  })
}

/** Subscriptions, over one WebSocket for all; a connection that went silent is given up. */
export function overSocket(address: string, token: Token): SocketClient {
  let silence: NodeJS.Timeout | undefined
  const client = createClient({
    url: `${address.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    connectionParams: () => token.header(),
    retryAttempts: 0, // `resume` comes back, with the last cursor
    connectionAckWaitTimeout: HANDSHAKE,
    keepAlive: PING_EVERY,
    on: {
      ping: (received) => {
        if (!received) silence = setTimeout(() => client.terminate(), PONG_WITHIN)
      },
      pong: () => clearTimeout(silence),
      closed: () => clearTimeout(silence),
    },
  })
  return client
}

class Socket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols, { handshakeTimeout: HANDSHAKE })
  }
}
