import type { ExecutionResult } from 'graphql';
import { cell } from './cell';
import { useWords, type Words } from './words';

export type Refusal = { code: string; message: string };
export type Report = {
  link: keyof Words['links'];
  events: number;
  refusals: Refusal[];
  cost: number | undefined;
};

export const QUIET: Report = { link: 'idle', events: 0, refusals: [], cost: undefined };

/** What became of the last operation. */
export const report = cell<Report>(QUIET);

type Told = { code?: string; message?: string; extensions?: { code?: string } };
type Payload = { errors?: Told[] | number; results?: { errors?: Told[] }[] } | null;

/** Collect why something was refused: at top level, by a payload, or for one of several; the same only once. */
export function refusalsOf(result: { errors?: readonly unknown[]; data?: ExecutionResult['data'] }): Refusal[] {
  const payloads = Object.values(result.data ?? {}) as Payload[];
  const told = [
    ...((result.errors ?? []) as Told[]),
    ...payloads.flatMap(payload => (Array.isArray(payload?.errors) ? payload.errors : [])),
    ...payloads.flatMap(payload => payload?.results?.flatMap(each => each.errors ?? []) ?? []),
  ];
  const refusals = told.map(({ code, message, extensions }) => ({
    code: code ?? extensions?.code ?? '',
    message: message ?? '',
  }));
  return [...new Map(refusals.map(each => [`${each.code} ${each.message}`, each])).values()];
}

/** The line below the response. */
export function Outcome() {
  const words = useWords();
  const { link, events, refusals, cost } = report.use();
  const nothingYet = link === 'idle' && cost === undefined && refusals.length === 0;
  return (
    <div className="outcome" role="status">
      {nothingYet && <p>{words.toRun}</p>}
      {refusals.map(({ code, message }, index) => (
        <p className="refusal" key={index}>
          <strong>{code ? words.refused : words.noAnswer}</strong> {code && <code>{code}</code>} {message}
        </p>
      ))}
      {link !== 'idle' && (
        <p className={`link ${link}`}>
          {words.links[link]} · {words.events(events)}
        </p>
      )}
      {cost !== undefined && (
        <p className="cost">
          {words.cost} {cost}
        </p>
      )}
    </div>
  );
}
