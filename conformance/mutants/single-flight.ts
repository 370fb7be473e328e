import type { Mutant } from '../mutants.js';

/** Breaking *Single flight* and *Late rejections*. */
export const singleFlight: readonly Mutant[] = [
  {
    does: 'refreshes once for each request that needs it',
    edits: [
      { file: 'session/flight.ts', find: 'if (current || !known) return;', replace: 'if (!known) return;' },
      {
        file: 'session/renewal.ts',
        find: 'const record = await keeper.look();',
        replace: 'const record = await Promise.resolve(known);',
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
        find: "if (verdict !== 'refresh' || rejected) return reply;",
        replace: "if (verdict !== 'refresh' || rejected || core.usable() === record) return reply;",
      },
    ],
    noticedBy: ['revoked-early'],
  },
  {
    does: 'sends requests with the dead token while it refreshes',
    edits: [
      {
        file: 'session/state.ts',
        find: "if (now >= validity.usableUntil) return { start: 'expired' };",
        replace: "if (now >= validity.usableUntil) return refreshing ? { record } : { start: 'expired' };",
      },
    ],
    noticedBy: ['arrive-during-refresh'],
  },
  {
    does: 'drops the replay of an earlier cycle when the next one begins',
    edits: [
      {
        file: 'session/guard.ts',
        find: "if (verdict !== 'refresh' || rejected) return reply;",
        replace:
          "if (core.failures() === 0 && rejected && record !== core.usable()) await new Promise(() => {});\n        if (verdict !== 'refresh' || rejected) return reply;",
      },
    ],
    noticedBy: ['overlapping-cycles'],
  },
  {
    does: 'has one refresh under way for all sessions together',
    edits: [
      { file: 'session/flight.ts', find: '  let current: Run | undefined;\n', replace: '' },
      {
        file: 'session/flight.ts',
        find: 'export function createFlight<T>(',
        replace: 'let current: Run | undefined;\n\nexport function createFlight<T>(',
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
        find: 'return ask.epoch === undefined ? { record: null } : { error: sessionEnded(endReasonOf(state)) };',
        replace: 'return { record: null };',
      },
    ],
    noticedBy: ['late-after-sign-out', 'refused-without-replay'],
  },
];
