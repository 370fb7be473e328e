/** How this page sends tokens, and when it judges them. */
export interface Switches {
  readonly attach: 'query' | 'header';
  /** By the clock, before the request. */
  readonly judgeBefore: boolean;
  /** By the errcode, after the response. */
  readonly judgeAfter: boolean;
}

const KEY = 'admin.switches';
const DEFAULTS: Switches = { attach: 'query', judgeBefore: true, judgeAfter: true };

export const switches: Switches = { ...DEFAULTS, ...stored() };

/** A session is made for one set of switches. The sign-in is in the store and lives through the reload. */
export function changeSwitches(change: Partial<Switches>): void {
  localStorage.setItem(KEY, JSON.stringify({ ...switches, ...change }));
  location.reload();
}

function stored(): Partial<Switches> {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Switches> | null) ?? {};
  } catch {
    return {};
  }
}
