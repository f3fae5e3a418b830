import { useState } from 'react';
import { isNew, session, type Session } from './session';
import { ask, stopStream } from './transport';
import { useWords, type Words } from './words';

export type Person = {
  key: string;
  kind: 'AGENT' | 'CUSTOMER' | 'INTEGRATION';
  name: string;
  organization: string;
  role: keyof Words['roles'] | null;
  department: string | null;
  token: string;
};

const PASTED = 'pasted';
const STORY = ['lin', 'wang', 'zhao', 'mei', 'admin', 'customer', 'other'];

export function become(chosen: Session): void {
  if (chosen.key !== session.get().key || chosen.token !== session.get().token) {
    stopStream();
    session.set(chosen);
  }
}

/** Begin as the person this tab was, with a fresh token, or as the first one of the story. */
export function arrive(people: Person[]): void {
  const key = isNew() ? STORY[0] : session.get().key;
  const person = people.find(each => each.key === key);
  if (person) session.set({ key: person.key, token: person.token });
}

export function Switcher({ people }: { people: Person[] }) {
  const words = useWords();
  const { key } = session.use();
  const choose = (chosen: string) =>
    become(people.find(each => each.key === chosen) ?? { key: chosen, token: '' });
  return (
    <div className="switcher">
      {people.length > 0 && (
        <label>
          {words.iAm}
          <select value={key} onChange={event => choose(event.target.value)}>
            {groups(people, words).map(([label, members]) => (
              <optgroup key={label} label={label}>
                {members.map(person => (
                  <option key={person.key} value={person.key}>
                    {described(person, words)}
                  </option>
                ))}
              </optgroup>
            ))}
            <option value={PASTED}>{words.pasted}</option>
            <option value="">{words.nobody}</option>
          </select>
        </label>
      )}
      {(people.length === 0 || key === PASTED) && <Paste />}
    </div>
  );
}

function Paste() {
  const words = useWords();
  const [text, setText] = useState(session.get().token);
  const [found, setFound] = useState<Found>();
  async function use() {
    become({ key: PASTED, token: text.trim().replace(/^Bearer /i, '') });
    setFound(await whoIsIt());
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        void use();
      }}
    >
      {found && (
        <span className={`found ${found.says}`} role="status">
          {words[found.says]} {found.name}
        </span>
      )}
      <input
        type="password"
        autoComplete="off"
        placeholder={words.pasteHere}
        aria-label={words.pasteHere}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <button type="submit">{words.useIt}</button>
    </form>
  );
}

type Found = { says: 'isFor' | 'isForNoAgent' | 'isNotAccepted'; name?: string };

/** Ask the service whom it takes the present token for. */
async function whoIsIt(): Promise<Found> {
  const { data, errors } = await ask({ query: '{ viewer { agent { name } } }' });
  const viewer = data?.['viewer'] as { agent: { name: string } } | null | undefined;
  if (viewer) return { says: 'isFor', name: viewer.agent.name };
  const forbidden = errors?.some(({ extensions }) => extensions?.['code'] === 'FORBIDDEN');
  return { says: forbidden ? 'isForNoAgent' : 'isNotAccepted' };
}

function groups(people: Person[], words: Words): [string, Person[]][] {
  const found = new Map<string, Person[]>([[words.ofTheStory, []]]);
  for (const key of STORY) {
    const person = people.find(each => each.key === key);
    if (person) found.get(words.ofTheStory)?.push(person);
  }
  for (const person of people.filter(each => !STORY.includes(each.key))) {
    const part = person.kind === 'AGENT' ? person.department : words.groups[person.kind];
    const label = `${person.organization} · ${part}`;
    found.set(label, [...(found.get(label) ?? []), person]);
  }
  return [...found];
}

function described({ key, name, kind, role, department }: Person, words: Words): string {
  const place = role ? `${words.roles[role]} · ${department}` : words.kinds[kind];
  return `${name} (${key}) · ${place}`;
}
