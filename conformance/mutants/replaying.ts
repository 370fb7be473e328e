import type { Mutant } from '../mutants.js';

/** The line in `guardAxios` after which the first attempt was made: what follows it spoils the second. */
const SENT = 'const response = await dispatch(sent, transport);';

/** Breaking *Replaying faithfully*. */
export const replaying: readonly Mutant[] = [
  {
    does: 'forgets the body of what it sends again',
    edits: [{ file: 'clients/axios.ts', find: SENT, replace: `config.data = undefined;\n        ${SENT}` }],
    noticedBy: ['replay-body'],
  },
  {
    does: 'forgets the parameters of what it sends again',
    edits: [{ file: 'clients/axios.ts', find: SENT, replace: `config.params = undefined;\n        ${SENT}` }],
    noticedBy: ['replay-url'],
  },
  {
    does: 'marks what it sends again with a header',
    edits: [
      {
        file: 'clients/axios.ts',
        find: SENT,
        replace: `config.headers.set('x-retry', '1');\n        ${SENT}`,
      },
    ],
    noticedBy: ['replay-headers'],
  },
  {
    does: 'sends again through the interceptors',
    edits: [
      {
        file: 'clients/axios.ts',
        find: SENT,
        replace: `const first = !(config as { again?: boolean }).again;\n        (config as { again?: boolean }).again = true;\n        const response = await (first ? dispatch(sent, transport) : instance.request({ ...sent, session: { skip: true } }));`,
      },
    ],
    noticedBy: ['replay-interceptors'],
  },
  {
    does: 'sends a stream that was read already',
    edits: [{ file: 'clients/axios.ts', find: 'replayable: !isStream(data),', replace: 'replayable: true,' }],
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
        file: 'clients/axios/judged.ts',
        find: 'return isText ? (data as Blob).text().then(parseBody) : undefined;',
        replace: 'return undefined;',
      },
    ],
    noticedBy: ['replay-response-types'],
  },
  {
    does: 'drops what reports progress',
    edits: [
      {
        file: 'clients/axios/attached.ts',
        find: '  const sent = copyOf(config);',
        replace: '  const sent = copyOf(config);\n  delete sent.onUploadProgress;',
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
        file: 'clients/fetch.ts',
        find: 'releaseStream(response.body);',
        replace: 'void releaseStream;',
      },
    ],
    noticedBy: ['rejected-response-released'],
  },
];
