/**
 * The table of peers in both READMEs, out of what the conformance suite and the bench have written. Whoever of them plays
 * everything writes it anew; `node scripts/peer-table.mjs` does it by hand.
 *
 * Nothing in it is typed: `test/docs/peer-table.test.ts` holds it against its sources.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, run, tool } from './run.mjs';

/** @typedef {import('../conformance/report/results.js').Results} Results */
/** @typedef {import('../conformance/report/results.js').SubjectResult} SubjectResult */
/** @typedef {import('../bench/peers.js').PeerRow} PeerRow */
/** @typedef {{ readonly results: Results, readonly peers: { readonly rounds: number, readonly rows: readonly PeerRow[] } }} Sources */

/** @typedef {keyof typeof WORDS} Language */

/** Cases that most apps meet, in the order of the columns. */
const TELLING = [
  'concurrent-rejected',
  'arrive-during-refresh',
  'late-rejection',
  'refused-settles-all',
  'new-token-rejected-many',
  'network-error-keeps-session',
  'no-replay-as-other',
  'abort-while-held',
  'overlapping-cycles',
  'foreign-origin',
];

const MARKS = { pass: '✓', fail: '✗', 'n/a': '·' };

const WORDS = {
  en: {
    library: 'library',
    cases: 'cases passed',
    tabs: 'one refresh for five tabs',
    hot: 'a request with a good token, ÷ its client',
    bytes: 'bytes, gzip',
    byHand: 'by hand',
    /** @type {(cases: number) => string} */
    legend: (cases) =>
      `${cases} cases, and ten of them by name: ✓ passed, ✗ failed, · not applicable. [RESULTS.md](conformance/RESULTS.md) says of each failure what was seen. The last two columns are those of [PEERS.md](bench/PEERS.md); sizes leave the client library out for everybody.`,
    /** @type {Record<string, string>} */
    columns: {
      'concurrent-rejected': '50 × 401 at once',
      'arrive-during-refresh': 'held while refreshing',
      'late-rejection': 'a late 401',
      'refused-settles-all': 'refresh refused: all free',
      'new-token-rejected-many': 'new token rejected too',
      'network-error-keeps-session': 'a cut connection keeps the login',
      'no-replay-as-other': 'never as another user',
      'abort-while-held': 'abort while held',
      'overlapping-cycles': 'overlapping cycles',
      'foreign-origin': 'no token to other hosts',
    },
  },
  zh: {
    library: '库',
    cases: '通过的用例',
    tabs: '五个标签页只刷新一次',
    hot: 'token 有效时的单次请求耗时 ÷ 原客户端的耗时',
    bytes: '字节，gzip',
    byHand: '手写',
    /** @type {(cases: number) => string} */
    legend: (cases) =>
      `共 ${cases} 个用例，这里列出其中十个：✓ 通过，✗ 失败，· 不适用。每次失败看到了什么，见 [RESULTS.md](conformance/RESULTS.md)。最后两列取自 [PEERS.md](bench/PEERS.md)，体积一律不含客户端库本身。`,
    /** @type {Record<string, string>} */
    columns: {
      'concurrent-rejected': '50 个 401 同时返回',
      'arrive-during-refresh': '刷新期间不发新请求',
      'late-rejection': '迟到的 401',
      'refused-settles-all': '刷新被服务端拒绝后无一挂起',
      'new-token-rejected-many': '新 token 也不被接受',
      'network-error-keeps-session': '断网不掉登录',
      'no-replay-as-other': '不以他人身份重发',
      'abort-while-held': '等待时可取消',
      'overlapping-cycles': '两轮刷新交叠',
      'foreign-origin': 'token 不发往别的主机',
    },
  },
};

/** @type {readonly (readonly [file: string, language: Language])[]} */
export const READMES = [
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
];

export const BEGIN =
  '<!-- peers: written by scripts/peer-table.mjs from conformance/results.json and bench/peers.json -->';
export const END = '<!-- /peers -->';

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writePeerTables();

/** Puts the tables between their markers. */
export async function writePeerTables() {
  const sources = await readSources();
  for (const [file, language] of READMES) {
    const path = join(root, file);
    await writeFile(path, withTable(await readFile(path, 'utf8'), peerTable(sources, language)));
  }
  await run(tool('oxfmt/bin/oxfmt', ...READMES.map(([file]) => file)));
}

/** @returns {Promise<Sources>} */
export async function readSources() {
  /** @param {string} path */
  const read = async (path) => JSON.parse(await readFile(join(root, path), 'utf8'));
  return { results: await read('conformance/results.json'), peers: await read('bench/peers.json') };
}

/**
 * The table as Markdown, its columns not yet aligned, and what its marks mean.
 * @param {Sources} sources
 * @param {Language} language
 */
export function peerTable({ results: { subjects, cases }, peers }, language) {
  const words = WORDS[language];
  const head = [
    words.library,
    words.cases,
    ...TELLING.map((name) => words.columns[name] ?? name),
    words.tabs,
    words.hot,
    words.bytes,
  ];
  // The name to the left, marks in the middle, numbers to the right.
  const rule = ['---', ':---:', ...TELLING.map(() => ':---:'), ':---:', '---:', '---:'];
  const rows = subjects.map((subject) => {
    const { name, passed, failed } = subject;
    const row = peers.rows.find((each) => each.subject === name);
    return [
      nameOf(subject, words.byHand),
      `${passed} / ${passed + failed}`,
      ...TELLING.map((telling) => {
        const verdict = cases.find((each) => each.name === telling)?.verdicts[name];
        return verdict ? MARKS[verdict.verdict] : '';
      }),
      subject.tabs ? MARKS[subject.tabs.verdict] : MARKS['n/a'],
      row ? `× ${row.hotRatio.toFixed(2)}` : '',
      row?.gzippedBytes?.toLocaleString('en') ?? '–',
    ];
  });
  const table = [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `${table}\n\n${words.legend(cases.length)}`;
}

/**
 * @param {SubjectResult} subject
 * @param {string} byHand
 */
function nameOf({ name, package: from, version }, byHand) {
  if (from === null) return `\`${name}\` (${byHand})`;
  return name.startsWith('holdfast') ? `**\`${name}\` ${version}**` : `\`${name}\` ${version}`;
}

/**
 * @param {string} page
 * @param {string} table
 */
export function withTable(page, table) {
  const [before, rest] = splitAt(page, BEGIN);
  const [, after] = splitAt(rest, END);
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}

/** @param {string} page */
export function tableIn(page) {
  const [, rest] = splitAt(page, BEGIN);
  return splitAt(rest, END)[0].trim();
}

/**
 * @param {string} text
 * @param {string} mark
 * @returns {[before: string, after: string]}
 */
function splitAt(text, mark) {
  const at = text.indexOf(mark);
  if (at < 0) throw new TypeError(`expected ${mark} in the page`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
