import type { Mutant } from './mutant.js';

/** Breaking *Single flight* and *Late rejections*. */
export const singleFlight: readonly Mutant[] = [
  {
    does: 'refreshes once for each request that needs it',
    edits: [
      {
        file: 'session/request/admission.ts',
        find: 'const retryAt = start(reason, asker,',
        replace:
          'if (before.renewal !== null && ask.waitsFor === undefined) startRenewal(reason);\n    const retryAt = start(reason, asker,',
      },
      {
        file: 'session/renewal/renewal.ts',
        find: 'isOver: () => state.current.renewal?.id !== id,',
        replace: 'isOver: () => false,',
      },
      {
        file: 'session/core/page-record.ts',
        find: '(standing = claimed(record, limits.clock.now(), Infinity, false))',
        replace: '(standing = record)',
      },
    ],
    noticedBy: ['concurrent-expired', 'concurrent-rejected', 'both-judges', 'many-clients'],
  },
  {
    does: 'keeps the refresh token of the login',
    edits: [
      {
        file: 'session/tokens/tokens.ts',
        find: 'return Object.freeze({ ...kept, ...news }) as T;',
        replace: 'return { ...kept, ...news, refreshToken: old.refreshToken } as T;',
      },
    ],
    noticedBy: ['two-cycles'],
  },
  {
    does: 'trusts the clock more than the server',
    edits: [
      {
        file: 'session/request/guard.ts',
        find: "if (verdict === 'refresh') {",
        replace: "if (verdict === 'refresh' && clock.now() >= state.staleAt) {",
      },
    ],
    noticedBy: ['revoked-early'],
  },
  {
    does: 'sends requests with the dead token while it refreshes',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: "if (now >= (isAwaited ? validity.expiresAt : validity.usableUntil)) return { type: 'wait', due: 'expired' };",
        replace:
          "if (now >= (isAwaited ? validity.expiresAt : validity.usableUntil)) return renewal ? { type: 'send', record } : { type: 'wait', due: 'expired' };",
      },
    ],
    noticedBy: ['arrive-during-refresh'],
  },
  {
    does: 'drops the replay of an earlier cycle when the next one begins',
    edits: [
      {
        file: 'session/request/guard.ts',
        find: "if (verdict === 'refresh') {",
        replace:
          "const usable = clock.now() < state.staleAt ? state.current.record : undefined;\n        if (state.current.failures === 0 && rejection && record !== usable) await new Promise(() => {});\n        if (verdict === 'refresh') {",
      },
    ],
    noticedBy: ['overlapping-cycles'],
  },
  {
    does: 'has one refresh under way for all sessions together',
    edits: [
      {
        file: 'session/request/admission.ts',
        find: '  function start(',
        replace: '  sessions.add(state);\n  function start(',
      },
      {
        file: 'session/request/admission.ts',
        find: 'export function createAdmission<T>(',
        replace:
          'const sessions = new Set<{ current: { renewal: unknown } }>();\n\nexport function createAdmission<T>(',
      },
      {
        file: 'session/request/admission.ts',
        find: 'if (state.current.renewal !== null) return undefined;',
        replace: 'if ([...sessions].some(({ current }) => current.renewal !== null)) return undefined;',
      },
    ],
    noticedBy: ['separate-sessions'],
  },
  {
    does: 'does not wait until the store was read',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: 'if (record === undefined || state.signingIn || state.unsure) return WAIT;',
        replace:
          "if (state.signingIn || state.unsure) return WAIT;\n  if (record === undefined) return { type: 'send', record: null };",
      },
    ],
    noticedBy: ['first-load'],
  },
  {
    does: 'shares the store that was spread, and not the one that came of it',
    edits: [
      {
        file: 'sharing/shared-store.ts',
        find: 'return connect(this, session);',
        replace: 'return connect(store, session);',
      },
    ],
    noticedBy: ['first-load'],
  },
  {
    does: 'wakes nobody who waits',
    edits: [
      {
        file: 'session/session.ts',
        find: 'if (mayFareOtherwise(before, state.current)) room.wake();',
        replace: '',
      },
    ],
    noticedBy: ['concurrent-expired', 'first-load'],
  },
  {
    does: 'holds requests while it refreshes ahead of time',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: "return isAgeing ? { type: 'send', record, due: 'ageing' } : { type: 'send', record };",
        replace: "return isAgeing || renewal ? { type: 'wait', due: 'ageing' } : { type: 'send', record };",
      },
    ],
    noticedBy: ['background-ageing'],
  },
  {
    does: 'refreshes again for the rejection of older tokens',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: 'const isOutdated = ask.outdated === record.tokens;',
        replace: 'const isOutdated = ask.outdated !== undefined && ask.waitsFor === undefined;',
      },
    ],
    noticedBy: ['late-rejection', 'late-staggered', 'late-two-rotations', 'late-after-external-change'],
  },
  {
    does: 'sends requests again without tokens after a sign-out',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: "if (ask.epoch !== undefined) return { type: 'reject', error: endingOf(state) };",
        replace: '',
      },
    ],
    noticedBy: ['late-after-sign-out', 'refused-without-replay'],
  },
];
