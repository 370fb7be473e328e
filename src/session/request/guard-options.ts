import type { Awaitable } from '../platform/awaitable.js';

/**
 * What a reply means for the tokens it was asked with. `sign-out` may bring a `note` of what the server said (signed in
 * elsewhere, say), for the one message of the app: it comes back in the `ended` event and in `session-ended`.
 */
export type Verdict =
  | 'pass'
  | 'refresh'
  | 'sign-out'
  | { readonly verdict: 'sign-out'; readonly note: string };

/** How one request is guarded. */
export interface GuardOptions<Reply> {
  /**
   * What the reply says of the tokens. A promise where it has to read a body first.
   * @default a `status` of 401 means `refresh`
   */
  judge?(reply: Reply): Awaitable<Verdict>;
  /**
   * The same for what `send` throws. A judge that throws says nothing: the caller gets the error of `send`.
   * @default `judge`, asked about the `response` that the error carries, or else about the error itself
   */
  judgeThrown?(error: unknown): Awaitable<Verdict>;
  /** Lets go of a reply that was rejected, just before its request is sent again: the caller never sees it. */
  release?(reply: Reply): void;
  /** What becomes of it while nobody is signed in: sent without tokens, or rejected with `session-ended`. @default 'send' */
  whenSignedOut?: 'send' | 'reject' | undefined;
  /**
   * Names what the request goes to, such as its method and path without a query, so that one endpoint which rejects
   * every token uses up no refreshes but its own. Asked for when the request was rejected.
   */
  endpoint?(): string;
  /** Frees this caller at once, with the signal's own reason, whatever it waits for here. */
  signal?: AbortSignal | undefined;
  /** False where it cannot be sent twice: rejected, it rejects with `not-replayable`. @default true */
  replay?: boolean | undefined;
  /** Neither counted in `pending` nor worth a retry of the refresh. @default false */
  background?: boolean | undefined;
  /** Comes back in the events of this request, to tell it from others. Never put a token or a query in it. */
  tag?: string | undefined;
  /** New tokens, or a new access token, that an ordinary reply brought along; undefined when it brought none. */
  renewedBy?(reply: Reply): unknown;
}

/** What it takes to let a request go, whatever it comes to. */
export type Turn = Pick<
  GuardOptions<unknown>,
  'signal' | 'background' | 'tag' | 'whenSignedOut' | 'endpoint'
>;

/** A request that does not say what it goes to shares its account with all others that don't. */
export function endpointOf({ endpoint }: Turn): string {
  return endpoint?.() ?? '';
}
