import { cell } from './cell';

/** Who this browser tab is: a demo person by key, somebody by a pasted token, or nobody. */
export type Session = { key: string; token: string };

const KEY = 'huddle.session';

// A tab's own storage, so that two tabs are two people; a token is never in an address.
export const session = cell<Session>(stored(), chosen =>
  sessionStorage.setItem(KEY, JSON.stringify(chosen)),
);

export const isNew = (): boolean => sessionStorage.getItem(KEY) === null;

function stored(): Session {
  const text = sessionStorage.getItem(KEY);
  return text ? (JSON.parse(text) as Session) : { key: '', token: '' };
}
