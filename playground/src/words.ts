import { cell } from './cell';

export type Language = 'en' | 'zh';
export type Text = Record<Language, string>;

const ENGLISH = {
  slogan: 'Bring colleagues into a live conversation',
  iAm: 'I am',
  nobody: 'nobody (no token)',
  pasted: 'whoever my token says …',
  pasteHere: 'Paste a token',
  useIt: 'Use it',
  ofTheStory: 'In the story',
  groups: { CUSTOMER: 'Customers', INTEGRATION: 'Host systems' },
  kinds: { AGENT: 'agent', CUSTOMER: 'customer', INTEGRATION: 'host system' },
  roles: { AGENT: 'agent', SUPERVISOR: 'supervisor', ADMIN: 'administrator' },
  isFor: 'This token is of',
  isForNoAgent: 'No agent’s token: a customer’s or a host system’s',
  isNotAccepted: 'The service does not accept this token',
  other: '中文',
  story: 'The story',
  storyHint: 'A click opens a document with variables of your data. Open a second tab to be two people.',
  switching: 'Be the person of the step',
  nothingFound: 'Nothing found for',
  query: 'query',
  mutation: 'mutation',
  subscription: 'stream',
  links: {
    idle: '',
    connecting: 'connecting …',
    live: 'live',
    dropped: 'connection lost, coming back …',
    resumed: 'live again, nothing missed',
    restarted: 'live again, from a new snapshot: declare $after: Cursor to resume',
    ended: 'ended',
  },
  events: (count: number): string => (count === 1 ? '1 event' : `${count} events`),
  cost: 'cost',
  refused: 'Refused',
  toRun: 'Ctrl+Enter runs the operation.',
  noAnswer: 'No answer',
  unreachable: 'The service cannot be reached. Is it running?',
  failed: 'The playground could not be loaded',
  reload: 'Reload the page when the service is ready.',
};

export type Words = typeof ENGLISH;

const CHINESE: Words = {
  slogan: '邀请同事加入实时客户会话',
  iAm: '我是',
  nobody: '无身份（不带令牌）',
  pasted: '令牌所指的人 …',
  pasteHere: '粘贴令牌',
  useIt: '使用',
  ofTheStory: '故事中的人物',
  groups: { CUSTOMER: '客户', INTEGRATION: '宿主系统' },
  kinds: { AGENT: '客服', CUSTOMER: '客户', INTEGRATION: '宿主系统' },
  roles: { AGENT: '客服', SUPERVISOR: '主管', ADMIN: '管理员' },
  isFor: '该令牌属于',
  isForNoAgent: '该令牌不属于客服，而属于客户或宿主系统',
  isNotAccepted: '服务不接受该令牌',
  other: 'English',
  story: '故事',
  storyHint: '点击即打开文档，变量已按您的数据填好。再开一个标签页，就能同时扮演两个人。',
  switching: '自动切换为该步骤的人物',
  nothingFound: '未找到',
  query: '查询',
  mutation: '变更',
  subscription: '订阅',
  links: {
    idle: '',
    connecting: '连接中 …',
    live: '实时',
    dropped: '连接已断开，正在恢复 …',
    resumed: '已恢复，没有遗漏',
    restarted: '已重连并重新开始：声明 $after: Cursor 即可续传',
    ended: '已结束',
  },
  events: count => `${count} 个事件`,
  cost: '开销',
  refused: '被拒绝',
  toRun: '按 Ctrl+Enter 运行。',
  noAnswer: '没有应答',
  unreachable: '无法连接到服务，请确认它正在运行。',
  failed: '无法加载',
  reload: '请在服务就绪后刷新页面。',
};

const KEY = 'huddle.language';
const WORDS: Record<Language, Words> = { en: ENGLISH, zh: CHINESE };

function remembered(): Language {
  const chosen = localStorage.getItem(KEY) ?? navigator.language;
  return chosen.startsWith('zh') ? 'zh' : 'en';
}

export const language = cell<Language>(remembered(), chosen => {
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen;
});

export const useWords = (): Words => WORDS[language.use()];

export const wordsNow = (): Words => WORDS[language.get()];
