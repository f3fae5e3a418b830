import type { Fetcher, FetcherParams, FetcherReturnType } from '@graphiql/toolkit';
import {
  getOperationAST,
  GraphQLError,
  parse,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { QUIET, refusalsOf, report } from './report';
import { session } from './session';
import { wordsNow } from './words';

type Sink = { next(result: ExecutionResult): void; error(problem: Error): void; complete(): void };
type Variables = Record<string, unknown>;

const BAD_TOKEN = 4403;

let running: (() => void) | undefined;

/** End the stream of this tab, as when its person changes. */
export const stopStream = (): void => running?.();

export const fetcher: Fetcher = params => {
  stopStream();
  report.set(QUIET);
  const operation = operationOf(params);
  return operation?.operation === 'subscription' ? stream(params, operation) : shown(params);
};

function operationOf({ query, operationName }: FetcherParams): OperationDefinitionNode | null | undefined {
  try {
    return getOperationAST(parse(query), operationName);
  } catch {
    return null; // the server says what is wrong with it
  }
}

async function shown(params: FetcherParams): Promise<ExecutionResult> {
  const result = await ask(params);
  const cost = (result.extensions?.['cost'] as { requested?: number } | undefined)?.requested;
  report.set({ ...QUIET, refusals: refusalsOf(result), cost });
  return result;
}

export async function ask(params: FetcherParams): Promise<ExecutionResult> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', ...authorization() };
  try {
    const reply = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(params) });
    return (await reply.json()) as ExecutionResult;
  } catch {
    return { errors: [new GraphQLError(wordsNow().unreachable)] };
  }
}

function authorization(): { Authorization?: string } {
  const { token } = session.get();
  return token ? { Authorization: `Bearer ${token}` } : {};
}

function stream(params: FetcherParams, operation: OperationDefinitionNode): FetcherReturnType {
  const observable = { subscribe: (sink: Sink) => ({ unsubscribe: follow(params, operation, sink) }) };
  return observable as FetcherReturnType; // of its overloads GraphiQL uses this one
}

/** Subscribe over a WebSocket of its own. When it drops, come back, and ask for what came after the last cursor. */
function follow(params: FetcherParams, operation: OperationDefinitionNode, sink: Sink): () => void {
  const after = variableOfAfter(operation);
  // The client sends this very object again whenever it comes back.
  const payload = { ...params, variables: { ...(params.variables as Variables | undefined) } };
  const tell = (change: Partial<typeof QUIET>) => report.set({ ...report.get(), ...change });
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: authorization,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: problem => !(problem instanceof CloseEvent && problem.code === BAD_TOKEN),
    retryWait: retries => pause(Math.min(300 * 2 ** retries, 5000) * (0.5 + Math.random() / 2)),
    on: {
      connecting: again => !again && tell({ link: 'connecting' }),
      connected: (_socket, _payload, again) =>
        tell({ link: again ? (after ? 'resumed' : 'restarted') : 'live' }),
      closed: () => running === stop && tell({ link: 'dropped' }),
    },
  });
  const stop = () => {
    if (running !== stop) return;
    running = undefined;
    tell({ link: 'ended' });
    void client.dispose();
  };
  running = stop;
  client.subscribe(payload as Parameters<typeof client.subscribe>[0], {
    next(result) {
      const cursor = cursorOf(result as ExecutionResult);
      if (after && cursor) payload.variables[after] = cursor;
      tell({ events: report.get().events + 1, refusals: refusalsOf(result as ExecutionResult) });
      sink.next(result as ExecutionResult);
    },
    error(problem) {
      const errors = Array.isArray(problem) ? problem : [reasonOf(problem)];
      tell({ refusals: refusalsOf({ errors }) });
      sink.next({ errors });
      stop();
      sink.complete();
    },
    complete() {
      stop();
      sink.complete();
    },
  });
  return stop;
}

/** Return the name of the variable that the first field takes as `after`. */
function variableOfAfter(operation: OperationDefinitionNode): string | undefined {
  const [field] = operation.selectionSet.selections;
  const given = field?.kind === 'Field' && field.arguments?.find(each => each.name.value === 'after');
  return given && given.value.kind === 'Variable' ? given.value.name.value : undefined;
}

function cursorOf(result: ExecutionResult): string | undefined {
  const [event] = Object.values(result.data ?? {}) as ({ cursor?: string } | null)[];
  return event?.cursor;
}

function reasonOf(problem: unknown): GraphQLError {
  if (problem instanceof CloseEvent) {
    return new GraphQLError(problem.reason, { extensions: { code: String(problem.code) } });
  }
  return new GraphQLError(problem instanceof Error ? problem.message : wordsNow().unreachable);
}

const pause = (milliseconds: number) =>
  new Promise<void>(resolve => setTimeout(resolve, milliseconds));
