import type { HeaderOf } from '../../session/platform/headers.js';
import { isRequest, settled } from './call.js';

/** On every guarded fetch, also on those of another copy of the package. */
const IS_GUARDED: unique symbol = Symbol.for('holdfast.fetch');

/** Headers of what was sent from here: who meets them knows that a guard has dealt with this request. */
const SENT = new WeakSet();

/** What sends, where that may lead back to what is guarded: the global `fetch` may be the guarded one. */
export type Beneath = {
  /** Sends a request that is not guarded. */
  readonly pass: typeof fetch;
  /** Sends an attempt of one that is. */
  readonly send: typeof fetch;
  /**
   * What is to send a request that a guard has dealt with already, this one or another; undefined for a new request.
   */
  forSent(url: string, init: RequestInit | undefined, header: HeaderOf): typeof fetch | undefined;
  /** Lets others know what is guarded. */
  mark(guarded: typeof fetch): void;
};

/**
 * Without a fetch of one's own, the global one as it is at each call: it may be mocked later. But a guarded one in its
 * place, and whatever else leads back here, is not meant: then it is the one that was found at first.
 *
 * `hasTokens` says whether a request carries the tokens of now.
 */
export function createBeneath(
  own: typeof fetch | undefined,
  hasTokens: (header: HeaderOf) => boolean,
): Beneath {
  const found = globalThis.fetch;
  let self: typeof fetch | undefined;
  let isGlobal = false;
  /** The URL that is being handed over at this very moment. */
  let sending: string | undefined;

  function current(): typeof fetch {
    if (own) return own;
    const { fetch } = globalThis;
    // What takes its place later may call it at a time when nothing tells that from a new request.
    isGlobal ||= fetch === self;
    return isGlobal || IS_GUARDED in fetch ? found : fetch;
  }

  function handOver(send: typeof fetch, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const before = sending;
    sending = isRequest(input) ? input.url : String(input);
    try {
      return send(input, init);
    } finally {
      sending = before;
    }
  }

  return {
    pass(input, init) {
      const send = current();
      if (own || send === found) return handOver(send, input, init);
      const marked = settled({ headers: isRequest(input) ? input.headers : {}, ...init });
      SENT.add(Object(marked.headers));
      return handOver(send, input, marked);
    },
    send(input, init) {
      const send = current();
      if (own || (send === found && !init?.headers)) return handOver(send, input, init);
      const headers = init?.headers ?? (isRequest(input) ? new Headers(input.headers) : {});
      SENT.add(headers);
      return handOver(send, input, { ...init, headers });
    },
    forSent(url, init, header) {
      if (sending !== undefined && isSame(sending, url)) {
        isGlobal = true;
        return found;
      }
      const headers = init?.headers;
      const isSent = typeof headers === 'object' && SENT.has(headers);
      return isSent || (!own && current() !== found && hasTokens(header)) ? (own ?? found) : undefined;
    },
    mark(guarded) {
      self = Object.assign(guarded, { [IS_GUARDED]: true });
    },
  };
}

function isSame(url: string, other: string): boolean {
  if (url === other) return true;
  try {
    return new Request(url).url === new Request(other).url;
  } catch {
    return false;
  }
}
