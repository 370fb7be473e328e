import type { Mutant } from './mutant.js';

/** Breaking *Signing in and out* and *Abort and time*. */
export const signingAndTime: readonly Mutant[] = [
  {
    does: 'takes the answer of a refresh that a sign-out or a sign-in has overtaken',
    edits: [
      {
        file: 'session/renewal.ts',
        find: '(sameVersion(stored, claim) && !context.isMoot() ? next : undefined)',
        replace: '(stored ? next : undefined)',
      },
      {
        file: 'session/flight.ts',
        find: 'if (mine === current) await land(mine, outcome);',
        replace: 'await land(mine, outcome);',
      },
    ],
    noticedBy: ['sign-out-during-refresh', 'sign-in-as-other-during-refresh'],
  },
  {
    does: 'sends the requests of one user with the tokens of the next',
    edits: [
      {
        file: 'session/state.ts',
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
        file: 'session/identity.ts',
        find: 'Promise.resolve(first.then(take, miss))',
        replace: 'Promise.resolve(first.then((found) => void setTimeout(() => take(found), 1), miss))',
      },
    ],
    noticedBy: ['slow-initial-read'],
  },
  {
    does: 'never asks for a new login',
    edits: [
      {
        file: 'session/renewal.ts',
        find: 'settings.onExpired ? released(claim) : ended(claim, endedBy, note)',
        replace: 'ended(claim, endedBy, note)',
      },
    ],
    noticedBy: ['relogin-resumes', 'relogin-asked-once'],
  },
  {
    does: 'goes on for whoever signs in again',
    edits: [
      {
        file: 'session/flight.ts',
        find: 'if (subject === undefined || subject !== settings.subject(tokens))',
        replace: 'if (subject === tokens)',
      },
    ],
    noticedBy: ['relogin-other-subject'],
  },
  {
    does: 'asks for a login again when the dialog was closed',
    edits: [
      {
        file: 'session/flight.ts',
        find: 'if (tokens === null || flaw ||',
        replace: 'if (tokens === null) return;\n    if (flaw ||',
      },
    ],
    noticedBy: ['relogin-cancelled'],
  },
  {
    does: 'judges requests that carried no tokens',
    edits: [
      {
        file: 'session/guard.ts',
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
        file: 'session/waiting-room.ts',
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
        file: 'session/admission.ts',
        find: 'if (reason) record = startFor(reason, turn, ask) ?? record;',
        replace:
          "if (reason) record = startFor(reason, turn, ask) ?? record;\n    if (reason) turn.signal?.addEventListener('abort', () => flight.stop());",
      },
    ],
    noticedBy: ['abort-first-caller', 'abort-all'],
  },
  {
    does: 'sends what was aborted',
    subject: 'holdfast-fetch',
    edits: [
      {
        file: 'clients/fetch.ts',
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
        file: 'session/waiting-room.ts',
        find: "signal.addEventListener('abort', leave);",
        replace: "signal.addEventListener('abort', () => leave());",
      },
      {
        file: 'session/waiting-room.ts',
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
        file: 'clients/axios.ts',
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
        file: 'session/tokens.ts',
        find: '  const at = positive(expiresAt);',
        replace:
          '  const end0 = positive(claimsOf(accessTokenOf(tokens)).exp);\n  if (end0 !== undefined) return end0 * 1000;\n  const at = positive(expiresAt);',
      },
      {
        file: 'session/freshness.ts',
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
        file: 'session/state.ts',
        find: 'if (now >= (isAwaited ?',
        replace: 'if (now > (isAwaited ?',
      },
      {
        file: 'session/session.ts',
        find: 'clock.now() < live.staleAt',
        replace: 'clock.now() <= live.staleAt',
      },
    ],
    noticedBy: ['expiry-boundary'],
  },
  {
    does: 'keeps a leeway that is longer than the token lives',
    edits: [
      {
        file: 'session/freshness.ts',
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
        file: 'session/identity.ts',
        find: '    live.become(learned(before, record, validity, subject));',
        replace:
          "    live.become(learned(before, record, validity, subject));\n    if (validity && Number.isFinite(validity.expiresAt)) setTimeout(() => flight.start('expired'), validity.expiresAt - clock.now()).unref();",
      },
    ],
    noticedBy: ['long-lived'],
  },
  {
    does: 'reads the time from a clock that stops while the machine sleeps',
    edits: [
      {
        file: 'session/clock.ts',
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
        file: 'session/renewal.ts',
        find: 'const record = await beforeDeadline(answer);',
        replace:
          "const record = await beforeDeadline(answer);\n      if (clock.now() - sentAt > refreshTimeoutMs) throw new NoAnswer('RefreshTimeout');",
      },
      {
        file: 'session/renewal.ts',
        find: 'void answer.then((late) => salvage(claim, late)).catch(() => {});',
        replace: '',
      },
    ],
    noticedBy: ['sleep'],
  },
  {
    does: 'takes every expiry for what it says',
    edits: [
      {
        file: 'session/tokens.ts',
        find: "return typeof number === 'number' && number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;",
        replace: 'return value === undefined ? undefined : Number(number);',
      },
      {
        file: 'session/freshness.ts',
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
        file: 'session/identity.ts',
        find: 'receivedAt === undefined ? age(tokens) : { requestedAt: Math.min(receivedAt, now) }',
        replace: '{ requestedAt: now }',
      },
    ],
    noticedBy: ['restored-token'],
  },
  {
    does: 'keeps the tokens of a sign-in as they came',
    edits: [
      {
        file: 'session/identity.ts',
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
        file: 'session/state.ts',
        find: 'if (beganWhileAsked(state, ask)) {',
        replace: 'if (ask.epoch === -1) {',
      },
    ],
    noticedBy: ['login-inside-question'],
  },
  {
    does: 'takes every sign-in for another login',
    edits: [
      {
        file: 'session/state.ts',
        find: 'subject !== undefined && subject === state.question?.subject',
        replace: "subject === ''",
      },
    ],
    noticedBy: ['sign-in-as-answer'],
  },
  {
    does: 'sends while nobody is signed in',
    edits: [
      {
        file: 'session/admission.ts',
        find: "if (record === null && turn.whenSignedOut === 'reject') throw endingOf(state);",
        replace: '',
      },
    ],
    noticedBy: ['retry-after-end'],
  },
];
