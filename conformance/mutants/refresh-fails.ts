import type { Mutant } from './mutant.js';

/** Breaking *When the refresh fails*. */
export const refreshFails: readonly Mutant[] = [
  {
    does: 'frees nobody when a refresh brought nothing',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: 'before.renewal?.id !== now.renewal?.id',
        replace: 'false',
      },
    ],
    noticedBy: [
      'throws-synchronously',
      'returns-nothing',
      'returns-same-dead-token',
      'answers-200-with-error-body',
      'hangs',
      'retry-after',
      'failed-settles-all',
    ],
  },
  {
    does: 'frees only the first when the refresh is refused',
    edits: [
      {
        file: 'session/core/waiting-room.ts',
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
      {
        file: 'session/renewal/refresh-call.ts',
        find: '  refreshTimeoutMs,\n',
        replace: '  3_600_000,\n',
      },
    ],
    noticedBy: ['hangs'],
  },
  {
    does: 'ends the session whatever the refresh failed for',
    edits: [
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'settings.classify(error)',
        replace: "{ kind: 'ended' as const, note: undefined }",
      },
    ],
    noticedBy: [
      'network-error-keeps-session',
      'server-error-keeps-session',
      'throttled-keeps-session',
      'failure-while-valid',
    ],
  },
  {
    does: 'stores whatever the refresh answers',
    edits: [
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'if (flaw) throw brokenAnswer(flaw, given);',
        replace: 'if (flaw) return given as T;',
      },
    ],
    noticedBy: ['answers-200-with-error-body'],
  },
  {
    does: 'goes on without an access token when the refresh brought nothing',
    edits: [
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'if (flaw) throw brokenAnswer(flaw, given);',
        replace: "if (flaw) return { ...old, accessToken: 'undefined' };",
      },
    ],
    noticedBy: ['returns-nothing'],
  },
  {
    does: 'does not hear Retry-After',
    edits: [
      {
        file: 'session/state/failure.ts',
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
        file: 'session/renewal/own-calls.ts',
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
        file: 'session/request/guard.ts',
        find: 'if (!rejection && !isSameQuestionOpen(state.current, begun)) {',
        replace: 'if (!isSameQuestionOpen(state.current, begun)) {',
      },
    ],
    noticedBy: ['new-token-rejected-one', 'new-token-rejected-many'],
  },
  {
    does: 'sends a request again for as long as it is rejected, and knows no limit of refreshes',
    edits: [
      {
        file: 'session/request/guard.ts',
        find: 'if (!rejection && !isSameQuestionOpen(state.current, begun)) {',
        replace: 'if (!isSameQuestionOpen(state.current, begun)) {',
      },
      {
        file: 'session/core/fruitless.ts',
        find: 'if (!options) return undefined;',
        replace: 'if (!options || now > 0) return undefined;',
      },
    ],
    noticedBy: ['new-token-rejected-one'],
  },
  {
    does: 'ends the session where an endpoint rejects new tokens',
    edits: [
      {
        file: 'session/request/guard.ts',
        find: 'if (rejection) consequences.rejectedAfterRefresh(record, options);',
        replace: 'if (rejection) consequences.signedOut(record, undefined);',
      },
    ],
    noticedBy: ['permission-401'],
  },
  {
    does: 'knows no limit of refreshes',
    edits: [
      {
        file: 'session/core/fruitless.ts',
        find: 'if (!options) return undefined;',
        replace: 'if (!options || now > 0) return undefined;',
      },
    ],
    noticedBy: ['breaker-window'],
  },
  {
    does: 'never allows a refresh again once there were too many',
    edits: [
      {
        file: 'session/core/fruitless.ts',
        find: 'time > now - windowMs && time <= now',
        replace: 'time <= now',
      },
      {
        file: 'session/core/fruitless.ts',
        find: '(recent[recent.length - most] ?? -Infinity) + windowMs',
        replace: 'recent.length >= most ? Infinity : -Infinity',
      },
    ],
    noticedBy: ['breaker-window'],
  },
  {
    does: 'tells the app again for each caller that the session is over',
    edits: [
      {
        file: 'session/request/admission.ts',
        find: "        if (admitted.type === 'reject') throw withReply(admitted.error, ask.rejection?.answer);",
        replace:
          "        if (admitted.type === 'reject' && admitted.error.code === 'session-ended') log.emit({ type: 'ended', reason: 'refresh-rejected', by: 'here' });\n        if (admitted.type === 'reject') throw withReply(admitted.error, ask.rejection?.answer);",
      },
    ],
    noticedBy: ['one-ended-event'],
  },
  {
    does: 'counts every refresh as if it had been in vain',
    edits: [
      {
        file: 'session/request/admission.ts',
        find: 'isUnseen ? asker : undefined',
        replace: 'asker',
      },
    ],
    noticedBy: ['many-revocations'],
  },
  {
    does: 'lets one endpoint use up the refreshes of all, for good',
    edits: [
      {
        file: 'session/core/fruitless.ts',
        find: 'until(counts.get(asker)?.times ?? [], limit)',
        replace: 'until([...counts.values()].flatMap(({ times }) => times), limit)',
      },
      {
        file: 'session/core/fruitless.ts',
        find: 'time > now - windowMs && time <= now',
        replace: 'time <= now',
      },
      {
        file: 'session/core/fruitless.ts',
        find: '(recent[recent.length - most] ?? -Infinity) + windowMs',
        replace: 'recent.length >= most ? Infinity : -Infinity',
      },
    ],
    noticedBy: ['one-bad-endpoint-then-expiry'],
  },
  {
    does: 'shares a failure for ever',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: ' && (ask.waitsFor !== undefined || now < state.sharedUntil)',
        replace: '',
      },
    ],
    noticedBy: ['old-failure'],
  },
  {
    does: 'sends again with the dead token after a refresh that failed',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: "if (!isOutdated && now < validity.mayServeUntil) return { type: 'send', record };",
        replace: "if (record) return { type: 'send', record };",
      },
    ],
    noticedBy: ['late-after-failure'],
  },
  {
    does: 'leaves the rejection of a refresh to nobody',
    edits: [
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'const record = await call.inTime(renewal, answer);',
        replace: 'void answer.then(() => {});\n      const record = await call.inTime(renewal, answer);',
      },
    ],
    noticedBy: ['nothing-unhandled'],
  },
  {
    does: 'keeps the date that came with the login',
    edits: [
      {
        file: 'session/tokens/tokens.ts',
        find: 'for (const name of LIFETIME_FIELDS) delete kept[name];',
        replace: '',
      },
    ],
    noticedBy: ['stale-expiry'],
  },
  {
    does: 'hands its own tokens to the refresh',
    edits: [
      {
        file: 'session/renewal/refresh-call.ts',
        find: 'settings.refresh(copyOf(tokens), ',
        replace: 'settings.refresh(tokens, ',
      },
    ],
    noticedBy: ['answer-in-place'],
  },
];
