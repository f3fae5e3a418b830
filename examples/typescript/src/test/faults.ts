import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A proxy that cuts and stalls the connections through it, at moments that the seed decides. */
export class Faults {
  cuts = 0
  stalls = 0
  private readonly links = new Set<Link>()
  private readonly server: Server
  private ending = false
  private striking: Promise<void> | undefined

  private constructor(
    target: URL,
    private readonly random: () => number,
  ) {
    this.server = createServer((near) => {
      const link = new Link(near, connect(Number(target.port), target.hostname), () => this.links.delete(link))
      this.links.add(link)
    })
  }

  static async before(address: string, seed: number): Promise<Faults> {
    const faults = new Faults(new URL(address), randomness(seed))
    await new Promise<void>((resolve) => faults.server.listen(0, '127.0.0.1', resolve))
    return faults
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  begin(): void {
    this.striking = this.strike()
  }

  /** Ends the faults; what stood still was cut or goes on. */
  async end(): Promise<void> {
    this.ending = true
    await this.striking
  }

  async close(): Promise<void> {
    await this.end()
    this.server.close()
    for (const link of this.links) link.cut()
  }

  private async strike(): Promise<void> {
    while (!this.ending) {
      await pause(this.between(50, 350))
      const link = [...this.links][Math.floor(this.random() * this.links.size)]
      if (!link) continue
      const kind = this.random()
      if (kind < 0.3) {
        this.stalls++
        link.stall()
        await pause(this.between(50, 400))
        link.flow()
      }
      if (kind > 0.15) this.cut(link)
    }
  }

  private cut(link: Link): void {
    if (this.links.has(link)) this.cuts++
    link.cut()
  }

  private between(least: number, most: number): number {
    return least + this.random() * (most - least)
  }
}

/** One connection in both directions. */
class Link {
  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    ended: () => void,
  ) {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => {})
      from.on('close', () => {
        to.destroy()
        ended()
      })
    }
    this.flow()
  }

  flow(): void {
    this.near.pipe(this.far)
    this.far.pipe(this.near)
  }

  stall(): void {
    this.near.unpipe()
    this.far.unpipe()
  }

  cut(): void {
    this.near.resetAndDestroy()
    this.far.destroy()
  }
}

/** Mulberry32: the same numbers between 0 and 1 for the same seed. */
function randomness(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
