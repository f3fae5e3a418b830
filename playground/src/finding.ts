import type { Text } from './words';
import { ask } from './transport';

/** How to find one value as the current person; a query may take other finds as variables. */
export type Find = { what: Text } & (Question | { minutesFromNow: number });
type Question = { query: string; paths: string[] };
export type Finds = Record<string, Find>;
type Value = unknown;

/** Replace each "$name" by what is found under that name, and tell what was not. */
export async function fill(variables: Value, finds: Finds): Promise<{ filled: Value; missing: Text[] }> {
  const finder = new Finder(finds);
  return { filled: await finder.fill(variables), missing: finder.missing };
}

class Finder {
  readonly missing: Text[] = [];
  private readonly found = new Map<string, Promise<Value>>();

  constructor(private readonly finds: Finds) {}

  async fill(value: Value): Promise<Value> {
    if (typeof value === 'string' && value.startsWith('$')) return this.value(value.slice(1));
    if (Array.isArray(value)) return Promise.all(value.map(each => this.fill(each)));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(async ([key, each]) => [key, await this.fill(each)]);
    return Object.fromEntries((await Promise.all(entries)) as [string, Value][]);
  }

  private value(name: string): Promise<Value> {
    const known = this.found.get(name) ?? this.search(name);
    this.found.set(name, known);
    return known;
  }

  private async search(name: string): Promise<Value> {
    const find = this.finds[name];
    if (!find) throw new Error(`operations/story.json has no find ${name}`);
    if ('minutesFromNow' in find) return new Date(Date.now() + find.minutesFromNow * 60_000).toISOString();
    const needed = await this.others([find.query, ...find.paths].join(' '));
    if (Object.values(needed).includes(null)) return null;
    const { data } = await ask(asked(find, needed));
    const value = first(find.paths.map(path => follow(data, steps(path), needed)));
    if (value === null) this.missing.push(find.what);
    return value;
  }

  private async others(text: string): Promise<Record<string, Value>> {
    const names = [...new Set([...text.matchAll(/\$(\w+)/g)].map(([, name]) => name as string))];
    return Object.fromEntries(await Promise.all(names.map(async name => [name, await this.value(name)])));
  }
}

function asked({ query }: Question, needed: Record<string, Value>) {
  const declared = Object.entries(needed).filter(([name]) => query.includes(`$${name}`));
  return { query, variables: Object.fromEntries(declared) };
}

/** Follow a path such as `a.list[b.c].d`: the first element of the list whose `b.c` holds, or equals `=$name`. */
function follow(value: Value, path: string[], needed: Record<string, Value>): Value {
  const [, name = '', condition] = /^(\w+)(?:\[(.*)\])?$/.exec(path[0] ?? '') ?? [];
  if (value === null || value === undefined || path.length === 0) return value ?? null;
  const child = (value as Record<string, Value>)[name];
  const rest = path.slice(1);
  if (condition === undefined) return follow(child, rest, needed);
  const matching = ((child ?? []) as Value[]).filter(each => holds(each, condition, needed));
  return first(matching.map(each => follow(each, rest, needed)));
}

function holds(value: Value, condition: string, needed: Record<string, Value>): boolean {
  const [path = '', name] = condition.split('=$');
  const found = path ? follow(value, steps(path), needed) : true;
  return name ? found === needed[name] : Boolean(found);
}

const steps = (path: string): string[] => path.match(/\w+(\[[^\]]*\])?/g) ?? [];

const first = (values: Value[]): Value => values.find(value => value !== null) ?? null;
