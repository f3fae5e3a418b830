import {
  useEditorContext,
  useExecutionContext,
  usePluginStore,
  type GraphiQLPlugin,
} from '@graphiql/react';
import { createContext, useContext, useEffect } from 'react';
import { flushSync } from 'react-dom';
import { cell } from './cell';
import { fill, type Finds } from './finding';
import { become, type Person } from './people';
import { session } from './session';
import { language, useWords, type Text } from './words';

type Kind = 'query' | 'mutation' | 'subscription';
type Step = { operation: string; title: Text; as?: string; variables?: unknown; document: string };
export type Story = { finds: Finds; chapters: { title: Text; steps: Step[] }[] };

export const StoryContext = createContext<{ story: Story; people: Person[] }>({
  story: { finds: {}, chapters: [] },
  people: [],
});

export const WELCOME = `# Choose a step of the story, or write an operation here.
# 请选择故事中的一步，或在此编写操作。
`;

const INVITING = 'InviteAgents';

const switching = cell(true);
type Opened = { opened?: Step; busy: boolean; missing: Text[] };
const latest = cell<Opened>({ busy: false, missing: [] });

export const STORY_PLUGIN: GraphiQLPlugin = {
  title: 'Story · 故事',
  icon: () => (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M12 6.5C10 5 7 4.5 3 4.5v13.5c4 0 7 .5 9 2 2-1.5 5-2 9-2V4.5c-4 0-7 .5-9 2zm0 0V20" />
    </svg>
  ),
  content: StoryPane,
};

/** What has to be done once: the story comes into view, long lines are wrapped, and a shortcut invites. */
export function Beginning() {
  useStoryInView();
  useWrappedLines();
  useShortcut();
  return null;
}

/** GraphiQL 4 keeps the pane of an initially visible plugin hidden, but obeys a click. */
function useStoryInView() {
  const ready = usePluginStore().plugins.includes(STORY_PLUGIN);
  useEffect(() => {
    const icon = `[aria-label="Show ${STORY_PLUGIN.title}"]`;
    if (ready) document.querySelector<HTMLButtonElement>(icon)?.click();
  }, [ready]);
}

function useWrappedLines() {
  const { queryEditor, variableEditor } = useEditorContext({ nonNull: true });
  useEffect(() => {
    for (const editor of [queryEditor, variableEditor]) editor?.setOption('lineWrapping', true);
  }, [queryEditor, variableEditor]);
}

/** Ctrl+I begins an invitation here as in an agent's UI. */
function useShortcut() {
  const { story } = useContext(StoryContext);
  const open = useOpen();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const step = story.chapters.flatMap(({ steps }) => steps).find(each => each.operation === INVITING);
      const meant = event.key === 'i' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!step || !meant) return;
      event.preventDefault();
      event.stopPropagation();
      void open(step);
    };
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  });
}

function StoryPane() {
  const words = useWords();
  const shown = language.use();
  const current = session.use().key;
  const { story, people } = useContext(StoryContext);
  const { opened, busy, missing } = latest.use();
  const open = useOpen();
  useEffect(() => {
    document.querySelector('.step.opened')?.scrollIntoView({ block: 'nearest' });
  }, [opened, missing]);
  return (
    <div className="story">
      <h2>{words.story}</h2>
      <p className="hint">{words.storyHint}</p>
      {people.length > 0 && (
        <label className="switching">
          <input
            type="checkbox"
            checked={switching.use()}
            onChange={event => switching.set(event.target.checked)}
          />
          {words.switching}
        </label>
      )}
      {story.chapters.map(({ title, steps }, index) => (
        <section key={title.en}>
          <h3>
            <span className="number">{index + 1}</span>
            {title[shown]}
          </h3>
          {steps.map(step => (
            <button
              key={step.title.en}
              type="button"
              className={opened === step ? 'step opened' : 'step'}
              title={whenToUse(step)}
              data-operation={step.operation}
              aria-busy={busy && opened === step}
              onClick={() => void open(step)}
            >
              <span className="title">{step.title[shown]}</span>
              {step.operation === INVITING && <kbd>Ctrl+I</kbd>}
              {people.length > 0 && step.as && step.as !== current && <span className="as">{step.as}</span>}
              <span className={`kind ${kindOf(step)}`}>{words[kindOf(step)]}</span>
              {opened === step &&
                missing.map(what => (
                  <span className="missing" key={what.en} role="alert">
                    {words.nothingFound}: {what[shown]}
                  </span>
                ))}
            </button>
          ))}
        </section>
      ))}
    </div>
  );
}

/** Return what opens a step: its document, filled, as its person. */
function useOpen(): (step: Step) => Promise<void> {
  const { story, people } = useContext(StoryContext);
  const editors = useEditorContext({ nonNull: true });
  const { stop } = useExecutionContext({ nonNull: true });
  return async step => {
    latest.set({ opened: step, busy: true, missing: [] });
    stop();
    const person = people.find(each => each.key === step.as);
    if (person && switching.get()) become({ key: person.key, token: person.token });
    const { filled, missing } = await fill(step.variables ?? {}, story.finds);
    if (latest.get().opened !== step) return; // another one was chosen meanwhile
    showTab(editors, step.operation);
    editors.queryEditor?.setValue(step.document);
    editors.setOperationName(step.operation); // the editor would find out a little later
    editors.variableEditor?.setValue(JSON.stringify(filled, null, 2));
    editors.responseEditor?.setValue('');
    latest.set({ opened: step, busy: false, missing });
  };
}

/** Show the operation's own tab. A tab's contents are set while rendering, so ours must come after. */
function showTab(editors: ReturnType<typeof useEditorContext> & object, operation: string) {
  const { tabs, activeTabIndex, addTab, changeTab } = editors;
  const index = tabs.findIndex(tab => tab.title === operation);
  if (index >= 0 && index !== activeTabIndex) flushSync(() => changeTab(index));
  const written = tabs[activeTabIndex]?.query?.trim();
  if (index < 0 && written && written !== WELCOME.trim()) flushSync(addTab);
}

function kindOf({ document }: Step): Kind {
  return (/^(query|mutation|subscription)\b/m.exec(document)?.[1] ?? 'query') as Kind;
}

const whenToUse = ({ document }: Step): string => /^# (.*)$/m.exec(document)?.[1] ?? '';
