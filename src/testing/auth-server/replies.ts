/**
 * How the server says no. `status`: by the HTTP status, as RFC 6750 and RFC 6749 have it. `envelope`: always HTTP 200
 * with `{ errcode, errmsg, data }`, where `errcode` 0 means yes.
 */
export type AuthServerStyle = 'status' | 'envelope';

/** Why it says no. */
export type Refusal =
  | 'no-token'
  | 'unknown-token'
  | 'expired-token'
  | 'revoked-token'
  | 'several-tokens'
  | 'refresh-refused'
  | 'wrong-password'
  | 'forbidden'
  | 'unreadable-body';

interface RefusalForm {
  readonly status: number;
  readonly errcode: number;
  readonly error: string;
  readonly message: string;
  /** Sent as the parameters of `WWW-Authenticate: Bearer`. */
  readonly challenge?: string;
}

const INVALID_TOKEN = { status: 401, error: 'invalid_token', challenge: 'error="invalid_token"' };

const REFUSALS: Readonly<Record<Refusal, RefusalForm>> = {
  // RFC 6750, 3.1: a request without any credentials is challenged without an error code.
  'no-token': {
    ...INVALID_TOKEN,
    errcode: 40001,
    message: 'the request carries no access token',
    challenge: '',
  },
  'unknown-token': { ...INVALID_TOKEN, errcode: 40001, message: 'the access token was never issued' },
  'expired-token': { ...INVALID_TOKEN, errcode: 42001, message: 'the access token has expired' },
  'revoked-token': { ...INVALID_TOKEN, errcode: 40014, message: 'the access token was revoked' },
  // RFC 6750, 2: a client uses one method of sending its token, once.
  'several-tokens': {
    status: 400,
    errcode: 40035,
    error: 'invalid_request',
    message: 'the request carries more than one access token',
    challenge: 'error="invalid_request"',
  },
  'refresh-refused': {
    status: 400,
    errcode: 40030,
    error: 'invalid_grant',
    message: 'the refresh token is not accepted',
  },
  'wrong-password': {
    status: 401,
    errcode: 41001,
    error: 'invalid_credentials',
    message: 'the username or the password is wrong',
  },
  forbidden: {
    status: 403,
    errcode: 48001,
    error: 'insufficient_scope',
    message: 'this user may not do that',
    challenge: 'error="insufficient_scope"',
  },
  'unreadable-body': {
    status: 400,
    errcode: 47001,
    error: 'invalid_request',
    message: 'the body is not the JSON object that was expected',
  },
};

export function accepted(style: AuthServerStyle, data: object): Response {
  return json(style === 'status' ? data : { errcode: 0, errmsg: 'ok', data });
}

export function refused(style: AuthServerStyle, refusal: Refusal): Response {
  const { status, errcode, error, message, challenge } = REFUSALS[refusal];
  if (style === 'envelope') return json({ errcode, errmsg: message, data: null });
  const headers = challenge === undefined ? {} : { 'www-authenticate': `Bearer ${challenge}`.trimEnd() };
  return json({ error, error_description: message }, { status, headers });
}

export function json(
  body: object,
  init: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Response {
  // RFC 6749, 5.1. In the envelope style it also keeps caches from storing a refusal, whose status is 200.
  return Response.json(body, { ...init, headers: { 'cache-control': 'no-store', ...init.headers } });
}
