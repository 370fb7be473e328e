import type { Mutant } from './mutant.js';

/** Breaking *What a reply means* and *Not letting tokens out*. */
export const meaningAndSecrets: readonly Mutant[] = [
  {
    does: 'takes a code that is a string for another than the number',
    edits: [
      {
        file: 'policy/judge.ts',
        find: "if (!over.has(String(found))) return dead.has(String(found)) ? 'refresh' : 'pass';",
        replace: "if (!signOut.includes(found)) return refresh.includes(found) ? 'refresh' : 'pass';",
      },
    ],
    noticedBy: ['errcode-200'],
  },
  {
    does: 'looks for a code at the top of the body only',
    edits: [
      {
        file: 'policy/judge.ts',
        find: 'return (body) => atPath(body, place);',
        replace: "return (body) => atPath(body, place.split('.')[0] as string);",
      },
    ],
    noticedBy: ['nested-envelope'],
  },
  {
    does: 'sees no error in a GraphQL reply',
    edits: [
      { file: 'policy/judge.ts', find: "atPath(error, 'extensions.code')", replace: "atPath(error, 'code')" },
    ],
    noticedBy: ['graphql-200'],
  },
  {
    does: 'refreshes for a 403',
    edits: [
      {
        file: 'policy/judge.ts',
        find: "refresh.includes(status) ? 'refresh' : 'pass'",
        replace: "refresh.includes(status) || status === 403 ? 'refresh' : 'pass'",
      },
    ],
    noticedBy: ['status-403-passes'],
  },
  {
    does: 'knows no status but 401',
    edits: [
      {
        file: 'policy/judge.ts',
        find: "refresh.includes(status) ? 'refresh' : 'pass'",
        replace: "status === 401 ? 'refresh' : 'pass'",
      },
    ],
    noticedBy: ['status-419'],
  },
  {
    does: 'refreshes where the scope does not suffice',
    edits: [
      { file: 'policy/judge.ts', find: "=== 'insufficient_scope'", replace: "=== 'nothing of the kind'" },
    ],
    noticedBy: ['challenge'],
  },
  {
    does: 'refreshes where the server ended the session',
    edits: [
      {
        file: 'session/request/guard.ts',
        find: "const verdict = typeof said === 'string' ? said : said?.verdict;",
        replace:
          "const found = typeof said === 'string' ? said : said?.verdict;\n        const verdict: string = found === 'sign-out' ? 'refresh' : found;",
      },
    ],
    noticedBy: ['server-signs-out'],
  },
  {
    does: 'overlooks a new token in a header',
    edits: [
      {
        file: 'session/request/reply-tokens.ts',
        find: 'if (!given || tokens === null',
        replace: 'if (given || tokens === null',
      },
    ],
    noticedBy: ['renewed-by-header'],
  },
  {
    does: 'forgets the parameters of a request that carries its token in the query',
    edits: [
      {
        file: 'clients/axios/params.ts',
        find: 'const copy = anotherOf(params ?? {});',
        replace: 'const copy = {};',
      },
    ],
    noticedBy: ['query-attach'],
  },
  {
    does: 'adds its token to the query of what it sent before',
    subject: 'holdfast-fetch',
    edits: [
      {
        file: 'clients/fetch/attached.ts',
        find: 'withQuery(input, query)',
        replace:
          "((globalThis as { sent?: string }).sent = `${(globalThis as { sent?: string }).sent ?? input}&token=${query['token']}`)",
      },
    ],
    noticedBy: ['query-attach'],
  },
  {
    does: 'trusts every origin',
    edits: [
      {
        file: 'policy/origins.ts',
        find: 'return origin !== undefined && trusted.some((known) => covers(known, origin));',
        replace: 'return origin !== undefined && trusted.length > 0;',
      },
    ],
    noticedBy: ['foreign-origin', 'lookalike-origin', 'cross-origin-redirect'],
  },
  {
    does: 'takes a host for its own that has its name in it',
    edits: [
      {
        file: 'policy/origins.ts',
        find: 'if (parent === undefined) return known === origin;',
        replace:
          'if (parent === undefined) return new URL(origin).hostname.includes(new URL(known).hostname);',
      },
    ],
    noticedBy: ['lookalike-origin'],
  },
  {
    does: 'puts its token on whatever a redirect leads to',
    edits: [
      {
        file: 'clients/axios/attached.ts',
        find: 'if (!strayed) Object.assign(forwarded, headers);',
        replace: 'Object.assign(forwarded, headers);',
      },
    ],
    noticedBy: ['cross-origin-redirect'],
  },
  {
    does: 'names the token in the error of a refused refresh',
    edits: [
      {
        file: 'session/renewal/renewal.ts',
        find: "log.emit({ type: 'refresh-failed', ...failure });",
        replace:
          "log.emit({ type: 'refresh-failed', ...failure, error: JSON.stringify(state.current.record?.tokens) });",
      },
    ],
    noticedBy: ['secrets-nowhere'],
  },
  {
    does: 'lets a header of its own follow a redirect',
    edits: [
      {
        file: 'clients/axios/attached.ts',
        find: 'deleteHeaders(forwarded, Object.keys(headers ?? {}));',
        replace: '',
      },
    ],
    noticedBy: ['redirect-header'],
  },
  {
    does: 'shows in a reply what it was asked for with',
    edits: [
      {
        file: 'clients/axios/attempt.ts',
        find: 'conceal(reply, config, http);\n        reply.config = config;',
        replace: '',
      },
    ],
    noticedBy: ['stream-errors'],
  },
];
