import { GRAPHIQL } from './graphiql.zh';
import { language } from './words';

const NAMED = ['aria-label', 'title', 'placeholder'];
const NOT_GRAPHIQLS = '.CodeMirror, .story, .bar, .outcome, .graphiql-markdown-description';

const CHINESE = new Map(GRAPHIQL);
const ENGLISH = new Map(GRAPHIQL.map(([english, chinese]) => [chinese, english]));

/**
 * Show GraphiQL's own words in the chosen language, now and whenever it draws something.
 *
 * It has no translations, so its texts are replaced where they stand; React writes a text only when it changes.
 */
export function translateGraphiQL(): void {
  const observer = new MutationObserver(changes => {
    if (language.get() === 'zh') changes.forEach(translateChange);
  });
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: NAMED,
  });
  language.follow(() => translateBelow(document.body));
}

function translateChange({ type, target, addedNodes }: MutationRecord): void {
  if (type === 'childList') addedNodes.forEach(translateBelow);
  else translateBelow(target);
}

function translateBelow(top: Node): void {
  const around = top instanceof Element ? top : top.parentElement;
  if (around?.closest(NOT_GRAPHIQLS)) return;
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, node =>
    node instanceof Element && node.matches(NOT_GRAPHIQLS) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  for (let node: Node | null = top; node; node = walker.nextNode()) translate(node);
}

function translate(node: Node): void {
  const words = language.get() === 'zh' ? CHINESE : ENGLISH;
  if (node instanceof Text) {
    const said = words.get(node.data);
    if (said) node.data = said; // never the same again: that would be one more change
  }
  if (!(node instanceof Element)) return;
  for (const name of NAMED) {
    const said = words.get(node.getAttribute(name) ?? '');
    if (said) node.setAttribute(name, said);
  }
}
