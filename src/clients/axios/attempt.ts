import type { Attachment } from '../../policy/attach.js';
import { MOST_REDIRECTS, redirectRefused } from '../../policy/redirects.js';
import { responseOf } from '../../policy/replies.js';
import { scrub } from '../../policy/scrub.js';
import { attached, takeTokensOut } from './attached.js';
import { conceal } from './concealed.js';
import type { Dispatch } from './dispatch.js';
import type { Platform } from './platform.js';
import { finalUrl, takesRedirects } from './redirects.js';
import type { Config, Response, Transport } from './shapes.js';

/** One request, as often as it is sent. */
export type Sending = {
  /** The caller's, which comes back in replies and errors. */
  readonly config: Config;
  /** The same as it was at the call, which is what is sent. */
  readonly own: Config;
  readonly transport: Transport;
  /** Takes a last look at what is sent. */
  prepare?: (sent: Config) => void;
  /** The error that axios made of the last reply, since `validateStatus` refused it. */
  refusal: unknown;
};

/** Where tokens may go, and whether a redirect to anywhere else fails. */
export type RedirectRule = { isTrusted(url: string): boolean; readonly refuses: boolean };

export type SendOnce = (sending: Sending, attachment: Attachment) => Promise<Response>;

/** What sends an attempt, whatever redirects it is led through. */
export function createSendOnce(
  dispatch: Dispatch,
  { isTrusted, refuses }: RedirectRule,
  { http, redirected }: Platform,
): SendOnce {
  return async (sending, attachment) => {
    const { config, own, transport } = sending;
    const { headers = {}, query } = attachment;
    const hasTokens = attachment.headers !== undefined || query !== undefined;
    let redirection: Error | undefined;

    function mayHaveTokens(url: string): boolean {
      if (isTrusted(url)) return true;
      if (!refuses || !hasTokens) return false;
      throw (redirection = Object.defineProperty(redirectRefused(), 'config', { value: config }));
    }

    let sent = attached(own, attachment, mayHaveTokens);
    const isNamed = hasTokens && typeof transport !== 'function';
    const follows = isNamed && takesRedirects(sent, refuses);
    sending.prepare?.(sent);
    http?.concealAgents(config);
    try {
      for (let hops = 0; ; hops++) {
        const { headers: asked } = sent;
        let reply: Response | undefined;
        sending.refusal = undefined;
        try {
          reply = await dispatch(sent, transport, () => takeTokensOut(sent, own));
        } catch (error) {
          // axios throws for a 401. The guard is to see it as the reply that it is, so the error is put aside: it is thrown
          // once the reply turns out to be the caller's.
          reply = responseOf(error) as Response | undefined;
          if (!reply) throw error;
          sending.refusal = error;
          conceal(error, config, http);
        }
        const next =
          follows && hops < MOST_REDIRECTS
            ? redirected(reply, sent, asked, Object.keys(headers), mayHaveTokens)
            : undefined;
        if (next) {
          sent = next;
          continue;
        }
        const from = refuses && finalUrl(reply);
        // XMLHttpRequest tells of it when it has happened.
        if (from) mayHaveTokens(from);
        conceal(reply, config, http);
        reply.config = config;
        return reply;
      }
    } catch (error) {
      if (redirection) throw redirection;
      conceal(error, config, http);
      throw scrub(error, attachment);
    }
  };
}
