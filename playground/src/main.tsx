import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL } from 'graphiql';
import type { GraphQLSchema } from 'graphql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { arrive, Switcher, type Person } from './people';
import { Outcome } from './report';
import { schemaWithGuards } from './schema';
import { Beginning, STORY_PLUGIN, StoryContext, WELCOME, type Story } from './story';
import { translateGraphiQL } from './translating';
import { fetcher } from './transport';
import { language, useWords } from './words';

const PLUGINS = [STORY_PLUGIN, explorerPlugin({ showAttribution: false })];

type Loaded = { schema: GraphQLSchema; story: Story; people: Person[] };

async function load(): Promise<Loaded> {
  const [sdl, story, told] = await Promise.all([
    text('/schema.graphql'),
    text('/playground/story.json'),
    text('/playground/people.json'),
  ]);
  const { people } = JSON.parse(told) as { people: Person[] };
  return { schema: schemaWithGuards(sdl), story: JSON.parse(story) as Story, people };
}

async function text(path: string): Promise<string> {
  const reply = await fetch(path);
  if (!reply.ok) throw new Error(`${path} ${reply.status}`);
  return reply.text();
}

function Playground({ schema, story, people }: Loaded) {
  return (
    <StoryContext.Provider value={{ story, people }}>
      <Header people={people} />
      <GraphiQL
        fetcher={fetcher}
        schema={schema}
        plugins={PLUGINS}
        storage={sessionStorage}
        defaultQuery=""
        defaultTabs={[{ query: WELCOME }]}
        defaultEditorToolsVisibility="variables"
        isHeadersEditorEnabled={false}
        shouldPersistHeaders={false}
      >
        <GraphiQL.Logo>
          <a href="/schema.graphql" target="_blank" rel="noreferrer">
            schema.graphql
          </a>
        </GraphiQL.Logo>
        <GraphiQL.Footer>
          <Outcome />
        </GraphiQL.Footer>
        <Beginning />
      </GraphiQL>
    </StoryContext.Provider>
  );
}

function Header({ people }: { people: Person[] }) {
  const words = useWords();
  return (
    <header className="bar">
      <strong>Huddle</strong>
      <span className="slogan">{words.slogan}</span>
      <Switcher people={people} />
      <button
        type="button"
        className="language"
        onClick={() => language.set(language.get() === 'zh' ? 'en' : 'zh')}
      >
        {words.other}
      </button>
    </header>
  );
}

function Failure({ problem }: { problem: unknown }) {
  const words = useWords();
  return (
    <p className="notice" role="alert">
      <strong>{words.failed}</strong>
      <code>{problem instanceof Error ? problem.message : String(problem)}</code>
      {words.reload}
    </p>
  );
}

const root = createRoot(document.getElementById('playground') as HTMLElement);
document.documentElement.lang = language.get();
translateGraphiQL();
load().then(
  loaded => {
    arrive(loaded.people);
    root.render(<Playground {...loaded} />);
  },
  (problem: unknown) => root.render(<Failure problem={problem} />),
);
