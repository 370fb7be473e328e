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
    cases: 'passed',
    tabs: 'Five tabs with the same dead token make one refresh',
    time: 'time',
    bytes: 'bytes',
    byHand: 'by hand',
    /** @type {(cases: number) => string} */
    legend: (cases) =>
      `Of ${cases} cases, _passed_ counts those that apply to a library; those of the list below are shown by number: ✓ passed, ✗ failed, · not applicable; [RESULTS.md](conformance/RESULTS.md) says of each failure what was seen. _Time_ is that of a request with a good token, divided by that of the bare client; _bytes_ are gzipped, without the client library, for everybody. Both are from [PEERS.md](bench/PEERS.md).`,
    /** @type {Record<string, string>} */
    columns: {
      'concurrent-rejected': '50 requests are rejected at once: one refresh, and all are served',
      'arrive-during-refresh': 'A request that begins during a refresh waits for it',
      'late-rejection': 'A rejection that comes late is sent again without another refresh',
      'refused-settles-all': 'The refresh is refused: nobody is left waiting',
      'new-token-rejected-many': 'The new token is rejected too: no loop',
      'network-error-keeps-session': 'A cut connection keeps the login',
      'no-replay-as-other': 'Nothing is sent again as another user',
      'abort-while-held': 'A waiting request can be aborted',
      'overlapping-cycles': 'Two rounds of expiry overlap: all are served',
      'foreign-origin': 'No token goes to another host',
    },
  },
  zh: {
    library: '库',
    cases: '通过',
    tabs: '五个标签页持有同一个失效的 token，只刷新一次',
    time: '耗时',
    bytes: '字节',
    byHand: '手写',
    /** @type {(cases: number) => string} */
    legend: (cases) =>
      `共 ${cases} 个用例，“通过”只计适用的用例；下面列出的几项按编号显示：✓ 通过，✗ 失败，· 不适用；每次失败的具体现象见 [RESULTS.md](conformance/RESULTS.md)。“耗时”是 token 有效时一次请求的耗时除以原客户端的耗时；“字节”是 gzip 后的体积，一律不含客户端库本身。这两列取自 [PEERS.md](bench/PEERS.md)。`,
    /** @type {Record<string, string>} */
    columns: {
      'concurrent-rejected': '50 个请求同时收到 401：只刷新一次，全部拿到响应',
      'arrive-during-refresh': '刷新期间发起的请求会等待',
      'late-rejection': '迟到的 401 直接重发，不再刷新',
      'refused-settles-all': '刷新被服务端拒绝后，没有请求挂起',
      'new-token-rejected-many': '新 token 也不被接受：不会死循环',
      'network-error-keeps-session': '断网不掉登录',
      'no-replay-as-other': '不以其他用户的身份重发',
      'abort-while-held': '等待中的请求可以取消',
      'overlapping-cycles': '前后两轮刷新交叠，全部拿到响应',
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
  // Numbers for names: spelled out, they make the table wider than any page.
  const meanings = [...TELLING.map((name) => words.columns[name] ?? name), words.tabs];
  const numbers = meanings.map((_, index) => index + 1);
  const head = [words.library, words.cases, ...numbers, words.time, words.bytes];
  // The name to the left, marks in the middle, numbers to the right.
  const rule = ['---', ':---:', ...numbers.map(() => ':---:'), '---:', '---:'];
  const rows = subjects.map((subject) => {
    const { name, passed, failed } = subject;
    const row = peers.rows.find((each) => each.subject === name);
    return [
      nameOf(subject, words.byHand),
      `${passed}/${passed + failed}`,
      ...TELLING.map((telling) => {
        const verdict = cases.find((each) => each.name === telling)?.verdicts[name];
        return verdict ? MARKS[verdict.verdict] : '';
      }),
      subject.tabs ? MARKS[subject.tabs.verdict] : MARKS['n/a'],
      row ? `×${row.hotRatio.toFixed(2)}` : '',
      row?.gzippedBytes?.toLocaleString('en') ?? '–',
    ];
  });
  const table = [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const list = meanings.map((meaning, index) => `${index + 1}. ${meaning}`).join('\n');
  return `${table}\n\n${words.legend(cases.length)}\n\n${list}`;
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
