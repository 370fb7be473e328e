import type { Mutant } from './mutant.js';

/** Breaking *Signing in and out* and *Abort and time*. */
export const signingAndTime: readonly Mutant[] = [
  {
    does: 'takes the answer of a refresh that a sign-out or a sign-in has overtaken',
    edits: [
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'return sameVersion(stored, claim) && state.current.signings === renewal.signings ? next : undefined;',
        replace: 'return stored ? next : undefined;',
      },
      {
        file: 'session/renewal/renewal.ts',
        find: 'if (renewal.isOver()) renewal.controller.abort();',
        replace: '',
      },
      {
        file: 'session/renewal/renewal.ts',
        find: 'if (!renewal.isOver()) await takeIn(renewal, outcome);',
        replace: 'await takeIn(renewal, outcome);',
      },
    ],
    noticedBy: ['sign-out-during-refresh', 'sign-in-as-other-during-refresh'],
  },
  {
    does: 'sends the requests of one user with the tokens of the next',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: 'if (ask.epoch !== undefined && ask.epoch !== record.epoch && !state.continued.includes(ask.epoch)) {',
        replace: 'if (ask.epoch === -1) {',
      },
    ],
    noticedBy: ['no-replay-as-other', 'sign-in-as-other-during-refresh'],
  },
  {
    does: 'lets a slow first read of the store overwrite a sign-in',
    edits: [
      {
        file: 'sharing/sync.ts',
        find: 'first.then(take, couldNotRead)',
        replace: 'first.then((found) => void setTimeout(() => take(found), 1), couldNotRead)',
      },
    ],
    noticedBy: ['slow-initial-read'],
  },
  {
    does: 'never asks for a new login',
    edits: [
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'settings.onExpired ? givenBack(claim) : graveOf(claim, reason, note)',
        replace: 'graveOf(claim, reason, note)',
      },
    ],
    noticedBy: ['relogin-resumes', 'relogin-asked-once'],
  },
  {
    does: 'goes on for whoever signs in again',
    edits: [
      {
        file: 'session/renewal/ask-user.ts',
        find: '!isNone && subject !== undefined && subject === settings.subject(tokens)',
        replace: '!isNone',
      },
    ],
    noticedBy: ['relogin-other-subject'],
  },
  {
    does: 'asks for a login again when the dialog was closed',
    edits: [
      {
        file: 'session/renewal/ask-user.ts',
        find: 'if (isNone) return signing.end',
        replace: 'if (tokens === null) return;\n    if (isNone) return signing.end',
      },
    ],
    noticedBy: ['relogin-cancelled'],
  },
  {
    does: 'judges requests that carried no tokens',
    edits: [
      {
        file: 'session/request/guard.ts',
        find: 'if (record === null) return await send(null);',
        replace: 'record ??= { tokens: null, epoch: 0 } as SessionRecord<T>;',
      },
    ],
    noticedBy: ['login-401-untouched'],
  },
  {
    does: 'does not hear an abort while it holds',
    edits: [
      {
        file: 'session/core/waiting-room.ts',
        find: 'if (!signal) return (shared ??= share()).promise;',
        replace: 'if (held > 0) return (shared ??= share()).promise;',
      },
    ],
    noticedBy: ['abort-while-held'],
  },
  {
    does: 'gives the refresh up when a caller leaves',
    edits: [
      {
        file: 'session/request/admission.ts',
        find: 'const { due } = admitted;',
        replace:
          "const { due } = admitted;\n    if (due !== undefined) turn.signal?.addEventListener('abort', () => state.set({ ...state.current, renewal: null }));",
      },
    ],
    noticedBy: ['abort-first-caller', 'abort-all'],
  },
  {
    does: 'sends what was aborted',
    subject: 'holdfast-fetch',
    edits: [
      {
        file: 'clients/fetch/guarded.ts',
        find: 'const signal = (init?.signal === undefined ? request?.signal : init.signal) ?? undefined;',
        replace: 'const signal = undefined as AbortSignal | undefined;',
      },
      {
        file: 'clients/fetch/attached.ts',
        find: '{ ...init, headers: withHeaders(given, headers) }',
        replace: '{ ...init, signal: null, headers: withHeaders(given, headers) }',
      },
    ],
    noticedBy: ['already-aborted', 'abort-before-replay'],
  },
  {
    does: 'leaves a listener on the signal for each request it held',
    edits: [
      {
        file: 'session/core/waiting-room.ts',
        find: "signal.addEventListener('abort', leave);",
        replace: "signal.addEventListener('abort', () => leave());",
      },
      {
        file: 'session/core/waiting-room.ts',
        find: 'const { waiters } = groups.get(signal) ?? open(signal);',
        replace: 'const { waiters } = open(signal);',
      },
    ],
    noticedBy: ['abort-leaves-nothing'],
  },
  {
    does: 'counts the time a request was held towards its timeout',
    edits: [
      {
        file: 'clients/axios/guarded.ts',
        find: 'const reply = await answer;',
        replace:
          "const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('timeout')), config.timeout || 60_000).unref());\n      const reply = await Promise.race([answer, late]);",
      },
    ],
    noticedBy: ['timeout-per-attempt'],
  },
  {
    does: 'holds the server’s moment of expiry against the local clock',
    edits: [
      {
        file: 'session/tokens/tokens.ts',
        find: '  const at = positive(expiresAt);',
        replace:
          '  const end0 = positive(claimsOf(accessTokenOf(tokens)).exp);\n  if (end0 !== undefined) return end0 * 1000;\n  const at = positive(expiresAt);',
      },
      {
        file: 'session/state/freshness.ts',
        find: 'if (lifetimeMs <= 0 && record.generation > record.epoch) return UNKNOWN;',
        replace: '',
      },
    ],
    noticedBy: ['clock-skew'],
  },
  {
    does: 'takes a token for good at the very millisecond it expires',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: 'if (now >= (isAwaited ?',
        replace: 'if (now > (isAwaited ?',
      },
      {
        file: 'session/request/guard.ts',
        find: 'clock.now() < state.staleAt',
        replace: 'clock.now() <= state.staleAt',
      },
    ],
    noticedBy: ['expiry-boundary'],
  },
  {
    does: 'keeps a leeway that is longer than the token lives',
    edits: [
      {
        file: 'session/state/freshness.ts',
        find: 'Math.min(options.leewayMs, Math.max(lifetimeMs, 0) / 4)',
        replace: 'options.leewayMs',
      },
    ],
    noticedBy: ['leeway-over-lifetime'],
  },
  {
    does: 'sets a timer for the end of the token',
    edits: [
      {
        file: 'session/session.ts',
        find: '  const ready = records.load();',
        replace:
          "  state.watch((before) => {\n    const { validity } = state.current;\n    if (validity === null || validity === before.validity || validity.expiresAt === Infinity) return;\n    setTimeout(() => startRenewal('expired'), validity.expiresAt - clock.now()).unref();\n  });\n  const ready = records.load();",
      },
    ],
    noticedBy: ['long-lived'],
  },
  {
    does: 'reads the time from a clock that stops while the machine sleeps',
    edits: [
      {
        file: 'session/platform/clock.ts',
        find: 'now: () => Date.now(),',
        replace: 'now: () => performance.timeOrigin + performance.now(),',
      },
    ],
    noticedBy: ['concurrent-expired'],
  },
  {
    does: 'counts the time asleep towards the deadline of a refresh',
    edits: [
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'const record = await call.inTime(renewal, answer);',
        replace:
          "const record = await call.inTime(renewal, answer);\n      if (clock.now() - sentAt > settings.refreshTimeoutMs) throw new Error('RefreshTimeout');",
      },
      {
        file: 'session/renewal/renewal-job.ts',
        find: 'void answer.then((late) => salvage(renewal, claim, late)).catch(() => {});',
        replace: '',
      },
    ],
    noticedBy: ['sleep'],
  },
  {
    does: 'takes every expiry for what it says',
    edits: [
      {
        file: 'session/tokens/tokens.ts',
        find: "return typeof number === 'number' && number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;",
        replace: 'return value === undefined ? undefined : Number(number);',
      },
      {
        file: 'session/state/freshness.ts',
        find: 'if (lifetimeMs <= 0 && record.generation > record.epoch) return UNKNOWN;',
        replace: '',
      },
    ],
    noticedBy: ['expires-in-shapes'],
  },
  {
    does: 'counts the life of tokens from the sign-in, whatever they say',
    edits: [
      {
        file: 'session/core/sign-in.ts',
        find: 'ageOf(tokens, now, state.current.skewMs)',
        replace: '{ requestedAt: now }',
      },
    ],
    noticedBy: ['restored-token'],
  },
  {
    does: 'keeps the tokens of a sign-in as they came',
    edits: [
      {
        file: 'session/core/sign-in.ts',
        find: "plainTokens(given, 'signIn(tokens)')",
        replace: 'given',
      },
    ],
    noticedBy: ['reactive-tokens'],
  },
  {
    does: 'holds what begins while the user is asked',
    edits: [
      {
        file: 'session/state/admit.ts',
        find: 'if (ask.question && ask.question === renewal?.question) {',
        replace: 'if (ask.epoch === -1) {',
      },
    ],
    noticedBy: ['login-inside-question'],
  },
  {
    does: 'takes every sign-in for another login',
    edits: [
      {
        file: 'session/state/transitions.ts',
        find: 'subject !== undefined && subject === askedOf',
        replace: "subject === ''",
      },
    ],
    noticedBy: ['sign-in-as-answer'],
  },
  {
    does: 'sends while nobody is signed in',
    edits: [
      {
        file: 'session/request/admission.ts',
        find: "admitted.record === null && turn.whenSignedOut === 'reject'",
        replace: 'admitted.record === undefined',
      },
    ],
    noticedBy: ['retry-after-end'],
  },
];
