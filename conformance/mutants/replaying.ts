import type { Mutant } from './mutant.js';

/** Where an attempt of axios is on its way, with a config of its own: what is spoilt here spoils the next. */
const SENT = 'reply = await dispatch(sent,';

/** Breaking *Replaying faithfully*. */
export const replaying: readonly Mutant[] = [
  {
    does: 'forgets the body of what it sends again',
    edits: [
      { file: 'clients/axios/attempt.ts', find: SENT, replace: `own.data = undefined;\n        ${SENT}` },
    ],
    noticedBy: ['replay-body'],
  },
  {
    does: 'forgets the parameters of what it sends again',
    edits: [
      { file: 'clients/axios/attempt.ts', find: SENT, replace: `own.params = undefined;\n        ${SENT}` },
    ],
    noticedBy: ['replay-url'],
  },
  {
    does: 'marks what it sends again with a header',
    edits: [
      {
        file: 'clients/axios/attempt.ts',
        find: SENT,
        replace: `own.headers.set?.('x-retry', '1');\n        ${SENT}`,
      },
    ],
    noticedBy: ['replay-headers'],
  },
  {
    does: 'sends again through the interceptors',
    edits: [
      {
        file: 'clients/axios/install.ts',
        find: 'const { defaults } = instance;',
        replace: 'const { defaults } = instance;\n  Object.assign(family, { instance });',
      },
      {
        file: 'clients/axios/guarded.ts',
        find: 'return sendOnce(sending, tokens',
        replace:
          'sending.refusal = undefined;\n        const { instance } = family as unknown as { instance: { request(config: object): Promise<Response> } };\n        if ((config as { again?: boolean }).again) return instance.request({ ...config, headers: { ...config.headers, ...settings.attach(tokens as T).headers }, session: { skip: true } });\n        (config as { again?: boolean }).again = true;\n        return sendOnce(sending, tokens',
      },
    ],
    noticedBy: ['replay-interceptors'],
  },
  {
    does: 'sends a stream that was read already',
    edits: [
      {
        file: 'policy/request-guard.ts',
        find: 'replay: replay && (buffered !== undefined || !isStream(body)),',
        replace: 'replay: replay && (isStream(body) || true),',
      },
    ],
    noticedBy: ['replay-stream'],
  },
  {
    does: 'uses up the Request of its caller',
    subject: 'holdfast-fetch',
    edits: [
      {
        file: 'clients/fetch/call.ts',
        find: 'return request.bodyUsed || request.body?.locked ? request : request.clone();',
        replace: 'return request;',
      },
    ],
    noticedBy: ['replay-request-object'],
  },
  {
    does: 'looks for no code in a blob',
    edits: [
      {
        file: 'policy/answers.ts',
        find: 'if (blob.size > LONGEST) return undefined;',
        replace: 'if (blob.size >= 0) return undefined;',
      },
    ],
    noticedBy: ['replay-response-types'],
  },
  {
    does: 'drops what reports progress',
    edits: [
      {
        file: 'clients/axios/progress.ts',
        find: 'if (onUploadProgress)',
        replace: 'if (attempt > 1) delete sent.onUploadProgress;\n      else if (onUploadProgress)',
      },
    ],
    noticedBy: ['replay-progress'],
  },
  {
    does: 'writes into the headers of its caller',
    subject: 'holdfast-fetch',
    edits: [
      {
        file: 'clients/fetch/call.ts',
        find: 'return isRecord(headers) ? { ...headers } : new Headers(headers);',
        replace: 'return headers;',
      },
      {
        file: 'clients/fetch/call.ts',
        find: 'const headers = new Headers(given);',
        replace: 'const headers = given instanceof Headers ? given : new Headers(given);',
      },
    ],
    noticedBy: ['no-mutation'],
  },
  {
    does: 'leaves a rejected response where it is',
    subject: 'holdfast-fetch',
    edits: [
      {
        file: 'clients/fetch/guarded.ts',
        find: 'releaseStream(response.body),',
        replace: 'void [response, releaseStream],',
      },
    ],
    noticedBy: ['rejected-response-released'],
  },
  {
    does: 'sends again what its caller has changed since',
    subject: 'holdfast-fetch',
    edits: [
      {
        file: 'clients/fetch/guarded.ts',
        find: 'init: init && settled(init)',
        replace: 'init',
      },
    ],
    noticedBy: ['arguments-reused'],
  },
  {
    does: 'keeps nothing of a stream',
    edits: [
      {
        file: 'policy/buffered.ts',
        find: 'if (bytes === 0 || !isStream(source)) return undefined;',
        replace: 'if (!isStream(source) || bytes >= 0) return undefined;',
      },
    ],
    noticedBy: ['stream-upload-rejected'],
  },
];
