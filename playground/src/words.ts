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
  CUSTOMER: 'Customers',
  INTEGRATION: 'Host systems',
  roles: { AGENT: 'agent', SUPERVISOR: 'supervisor', ADMIN: 'administrator' },
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
  events: 'events',
  cost: 'cost',
  refused: 'Refused',
  failed: 'The playground could not be loaded',
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
  CUSTOMER: '客户',
  INTEGRATION: '宿主系统',
  roles: { AGENT: '客服', SUPERVISOR: '主管', ADMIN: '管理员' },
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
  events: '个事件',
  cost: '开销',
  refused: '被拒绝',
  failed: '无法加载',
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
