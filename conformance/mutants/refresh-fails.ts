import type { Mutant } from '../mutants.js';

/** Breaking *When the refresh fails*. */
export const refreshFails: readonly Mutant[] = [
  {
    does: 'frees nobody when a refresh brought nothing',
    edits: [
      {
        file: 'session/flight.ts',
        find: '      void identity().sync();\n    }\n    room.wake();',
        replace: '      return;\n    }\n    room.wake();',
      },
    ],
    noticedBy: [
      'throws-synchronously', 'returns-nothing', 'returns-same-dead-token', 'answers-200-with-error-body', 'hangs',
      'retry-after', 'failed-settles-all',
    ], // prettier-ignore
  },
  {
    does: 'frees only the first when the refresh is refused',
    edits: [
      {
        file: 'session/waiting-room.ts',
        find: '      shared?.resolve();\n      shared = undefined;',
        replace:
          '      if (held++ === 0) setTimeout(() => (shared?.resolve(), (shared = undefined)), 60_000).unref();',
      },
    ],
    noticedBy: ['refused-settles-all', 'failed-settles-all'],
  },
  {
    does: 'has no deadline for a refresh',
    edits: [
      { file: 'session/renewal.ts', find: '      }, refreshTimeoutMs);', replace: '      }, 3_600_000);' },
    ],
    noticedBy: ['hangs'],
  },
  {
    does: 'ends the session whatever the refresh failed for',
    edits: [
      {
        file: 'session/renewal.ts',
        find: "error instanceof NoAnswer ? 'ambiguous' : settings.classify(error)",
        replace: "'ended'",
      },
    ],
    noticedBy: [
      'network-error-keeps-session', 'server-error-keeps-session', 'throttled-keeps-session', 'failure-while-valid',
    ], // prettier-ignore
  },
  {
    does: 'stores whatever the refresh answers',
    edits: [
      {
        file: 'session/renewal.ts',
        find: 'const tokens = flawOf(old, answer) ? old : mergeTokens(old, answer as T);',
        replace:
          'if (flawOf(old, answer)) return answer as T;\n    const tokens = mergeTokens(old, answer as T);',
      },
    ],
    noticedBy: ['answers-200-with-error-body'],
  },
  {
    does: 'goes on without an access token when the refresh brought nothing',
    edits: [
      {
        file: 'session/renewal.ts',
        find: 'const tokens = flawOf(old, answer) ? old : mergeTokens(old, answer as T);',
        replace:
          "if (flawOf(old, answer)) return { ...old, accessToken: 'undefined' };\n    const tokens = mergeTokens(old, answer as T);",
      },
    ],
    noticedBy: ['returns-nothing'],
  },
  {
    does: 'does not hear Retry-After',
    edits: [
      {
        file: 'session/failure.ts',
        find: "if (value === '') return undefined;",
        replace: 'if (value !== undefined) return undefined;',
      },
    ],
    noticedBy: ['retry-after'],
  },
  {
    does: 'holds and judges the call of its own refresh',
    edits: [
      {
        file: 'session/own-calls.ts',
        find: 'depth > 0 || (signal !== undefined && signals.has(signal))',
        replace: 'depth > 99 && signal !== undefined && signals.has(signal)',
      },
    ],
    noticedBy: ['refresh-endpoint-401'],
  },
  {
    does: 'sends a request again for as long as it is rejected',
    edits: [
      {
        file: 'session/guard.ts',
        find: "if (verdict !== 'refresh' || rejected) return reply;",
        replace: "if (verdict !== 'refresh') return reply;",
      },
    ],
    noticedBy: ['new-token-rejected-one', 'new-token-rejected-many'],
  },
  {
    does: 'sends a request again for as long as it is rejected, and knows no limit of refreshes',
    edits: [
      {
        file: 'session/guard.ts',
        find: "if (verdict !== 'refresh' || rejected) return reply;",
        replace: "if (verdict !== 'refresh') return reply;",
      },
      {
        file: 'session/breaker.ts',
        find: 'if (options === false) return undefined;',
        replace: 'if (options === false || now > 0) return undefined;',
      },
    ],
    noticedBy: ['permission-401', 'new-token-rejected-one'],
  },
  {
    does: 'knows no limit of refreshes',
    edits: [
      {
        file: 'session/breaker.ts',
        find: 'if (options === false) return undefined;',
        replace: 'if (options === false || now > 0) return undefined;',
      },
    ],
    noticedBy: ['breaker-window'],
  },
  {
    does: 'never allows a refresh again once there were too many',
    edits: [
      {
        file: 'session/breaker.ts',
        find: 'time > now - options.windowMs && time <= now',
        replace: 'time <= now',
      },
    ],
    noticedBy: ['breaker-window'],
  },
  {
    does: 'tells the app again for each caller that the session is over',
    edits: [
      {
        file: 'session/session.ts',
        find: '    if (error) throw error;',
        replace:
          "    if (error?.code === 'session-ended') log.emit({ type: 'ended', reason: 'refresh-rejected' });\n    if (error) throw error;",
      },
    ],
    noticedBy: ['one-ended-event'],
  },
];
