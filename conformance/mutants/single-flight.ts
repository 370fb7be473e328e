import type { Mutant } from './mutant.js';

/** Breaking *Single flight* and *Late rejections*. */
export const singleFlight: readonly Mutant[] = [
  {
    does: 'refreshes once for each request that needs it',
    edits: [
      {
        file: 'session/admission.ts',
        find: 'if (live.state.refreshing !== null) return undefined;',
        replace: '',
      },
      {
        file: 'session/renewal.ts',
        find: 'const claim = claimed(record, claimedAt, leaseMs + slackMs, locked);',
        replace: 'const claim = { ...record };',
      },
      { file: 'session/renewal.ts', find: ' || !(await keeper.swap(record, claim))', replace: '' },
    ],
    noticedBy: ['concurrent-expired', 'concurrent-rejected', 'both-judges', 'many-clients'],
  },
  {
    does: 'keeps the refresh token of the login',
    edits: [
      {
        file: 'session/tokens.ts',
        find: 'return { ...kept, ...news } as T;',
        replace: 'return { ...kept, ...news, refreshToken: old.refreshToken } as T;',
      },
    ],
    noticedBy: ['two-cycles'],
  },
  {
    does: 'trusts the clock more than the server',
    edits: [
      {
        file: 'session/guard.ts',
        find: "if (verdict !== 'refresh') {",
        replace: "if (verdict !== 'refresh' || core.usable() === record) {",
      },
    ],
    noticedBy: ['revoked-early'],
  },
  {
    does: 'sends requests with the dead token while it refreshes',
    edits: [
      {
        file: 'session/state.ts',
        find: "if (now >= (isAwaited ? validity.expiresAt : validity.usableUntil)) return { start: 'expired' };",
        replace:
          "if (now >= (isAwaited ? validity.expiresAt : validity.usableUntil)) return refreshing ? { record } : { start: 'expired' };",
      },
    ],
    noticedBy: ['arrive-during-refresh'],
  },
  {
    does: 'drops the replay of an earlier cycle when the next one begins',
    edits: [
      {
        file: 'session/guard.ts',
        find: "if (verdict !== 'refresh') {",
        replace:
          "if (core.state().failures === 0 && rejection && record !== core.usable()) await new Promise(() => {});\n        if (verdict !== 'refresh') {",
      },
    ],
    noticedBy: ['overlapping-cycles'],
  },
  {
    does: 'has one refresh under way for all sessions together',
    edits: [
      {
        file: 'session/admission.ts',
        find: '  function start(',
        replace: '  sessions.add(live);\n  function start(',
      },
      {
        file: 'session/admission.ts',
        find: 'export function createAdmission<T>(',
        replace:
          'const sessions = new Set<{ state: { refreshing: unknown } }>();\n\nexport function createAdmission<T>(',
      },
      {
        file: 'session/admission.ts',
        find: 'if (live.state.refreshing !== null) return undefined;',
        replace: 'if ([...sessions].some(({ state }) => state.refreshing !== null)) return undefined;',
      },
    ],
    noticedBy: ['separate-sessions'],
  },
  {
    does: 'does not wait until the store was read',
    edits: [
      {
        file: 'session/state.ts',
        find: 'if (record === undefined || state.signingIn || state.unsure) return {};',
        replace:
          'if (state.signingIn || state.unsure) return {};\n  if (record === undefined) return { record: null };',
      },
    ],
    noticedBy: ['first-load'],
  },
  {
    does: 'holds requests while it refreshes ahead of time',
    edits: [
      {
        file: 'session/state.ts',
        find: "return isAgeing ? { record, start: 'ageing' } : { record };",
        replace: "return isAgeing || refreshing ? { start: 'ageing' } : { record };",
      },
    ],
    noticedBy: ['background-ageing'],
  },
  {
    does: 'refreshes again for the rejection of older tokens',
    edits: [
      {
        file: 'session/state.ts',
        find: 'const isOutdated = ask.outdated === record.tokens;',
        replace: 'const isOutdated = ask.outdated !== undefined && !ask.held;',
      },
    ],
    noticedBy: ['late-rejection', 'late-staggered', 'late-two-rotations', 'late-after-external-change'],
  },
  {
    does: 'sends requests again without tokens after a sign-out',
    edits: [
      {
        file: 'session/state.ts',
        find: 'return ask.epoch === undefined ? { record: null } : { error: endingOf(state) };',
        replace: 'return { record: null };',
      },
    ],
    noticedBy: ['late-after-sign-out', 'refused-without-replay'],
  },
];
