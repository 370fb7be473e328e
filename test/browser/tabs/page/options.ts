/** What a page of the tests is told through its address. */
export type PageOptions = {
  /** Names the tab in what it sends to refresh. */
  readonly tab: string;
  readonly store: 'web' | 'tabs';
  readonly reuseGraceMs: number;
  readonly refreshTimeoutMs: number;
  /** What the browser is to lack, or what is to fail in it. */
  readonly without: readonly Lacking[];
  /** Whether the user is asked to sign in again when a refresh was refused. */
  readonly asks: boolean;
  /** Whether it may refresh as often as it likes. */
  readonly unlimited: boolean;
};

export type Lacking =
  | 'locks'
  | 'channel'
  /** There is no IndexedDB. */
  | 'database'
  /** Naming it is forbidden, as with all cookies blocked. */
  | 'database-access'
  /** Every write goes over the quota. */
  | 'database-room';

export const KEY = 'app.session';

const DEFAULTS: PageOptions = {
  tab: '',
  store: 'web',
  reuseGraceMs: 0,
  refreshTimeoutMs: 30_000,
  without: [],
  asks: false,
  unlimited: false,
};

export function toSearch(options: Partial<PageOptions>): string {
  return `?${encodeURIComponent(JSON.stringify(options))}`;
}

export function fromSearch(search: string): PageOptions {
  return {
    ...DEFAULTS,
    ...(JSON.parse(decodeURIComponent(search.slice(1) || '{}')) as Partial<PageOptions>),
  };
}
