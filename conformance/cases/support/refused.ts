import type { PlannedReply } from '../../server/planned-replies.js';

/** Requests whose URL starts with `prefix` are refused whatever their token, in the words of their endpoint. */
export function refused(prefix: string): PlannedReply {
  if (prefix.startsWith('/graphql')) {
    const errors = [{ message: 'not signed in', extensions: { code: 'UNAUTHENTICATED' } }];
    return { prefix, when: 'always', status: 200, body: { data: null, errors } };
  }
  return {
    prefix,
    when: 'always',
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    body: { error: 'invalid_token' },
  };
}
