/**
 * What a case may need of a library. A subject lists those its library offers; a case that needs another is *not
 * applicable* to it, and the report says for want of what.
 */
export const FEATURES = {
  expiry: 'judging by the clock before a request is sent',
  rejection: 'judging by the reply',
  statuses: 'choosing the statuses that mean dead tokens',
  codes: 'judging by a code in the body of HTTP 200',
  challenge: 'reading WWW-Authenticate',
  'server-sign-out': 'a reply that ends the session',
  'renewed-by': 'new tokens in the header of an ordinary reply',
  query: 'a token in the query',
  'refresh-ahead': 'refreshing in the background before expiry',
  'refresh-function': 'a refresh written by the user',
  'refresh-through-client': 'a refresh made with the guarded client itself',
  'sign-out': 'signing out',
  relogin: 'asking for a new login and going on',
  'ended-event': 'telling the app that the session is over',
  'late-store': 'a token store that is read asynchronously',
  'several-clients': 'several clients on one session',
  'several-sessions': 'several sessions at a time',
  breaker: 'a limit on refreshes that can be set',
  signal: 'an AbortSignal for a request',
  timeout: 'a timeout for a request',
  http: 'requests with a method, headers and a body of the caller’s choice',
  axios: 'axios requests',
  fetch: 'the signature of fetch',
  graphql: 'GraphQL requests',
} as const;

export type Feature = keyof typeof FEATURES;
