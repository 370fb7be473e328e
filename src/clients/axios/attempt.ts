import type { Attachment } from '../../policy/attach.js';
import { responseOf } from '../../policy/replies.js';
import { scrub } from '../../policy/scrub.js';
import { attached, takeTokensOut } from './attached.js';
import { concealAgents, concealError, concealReply } from './concealed.js';
import type { Dispatch } from './dispatch.js';
import {
  finalUrl,
  followsByHand,
  MOST_REDIRECTS,
  redirected,
  redirectRefused,
  type RedirectRule,
} from './redirects.js';
import type { Config, Response, Transport } from './shapes.js';

export type Sending = {
  /** The caller's, which comes back in replies and errors. */
  readonly config: Config;
  /** The same as it was at the call, which is what is sent. */
  readonly own: Config;
  readonly dispatch: Dispatch;
  readonly transport: Transport;
  isTrusted(url: string): boolean;
  /** Whether a redirect to where no tokens may go fails. */
  readonly refuses: boolean;
  /** Takes a last look at what is sent. */
  prepare?: (sent: Config) => void;
  /** What `validateStatus` made of the last reply, which is a reply all the same. */
  failure: unknown;
};

/** One attempt, whatever redirects it is led through. */
export async function send(sending: Sending, attachment: Attachment): Promise<Response> {
  const { config, own, dispatch, transport, isTrusted } = sending;
  const { headers, query } = attachment;
  const hasTokens = headers !== undefined || query !== undefined;
  let refusal: Error | undefined;
  const refuse = (): never => {
    throw (refusal = redirectRefused(config));
  };
  const rule: RedirectRule = { isTrusted, refuse: sending.refuses && hasTokens ? refuse : undefined };
  let sent = attached(own, attachment, transport, rule);
  const isByHand = hasTokens && followsByHand(sent, transport, rule);
  sending.prepare?.(sent);
  concealAgents(config);
  sending.failure = undefined;
  try {
    for (let hops = 0; ; hops++) {
      const withTokens = sent.headers;
      let reply: Response;
      try {
        reply = await dispatch(sent, transport, () => takeTokensOut(sent, own));
      } catch (error) {
        const rejected = responseOf(error) as Response | undefined;
        if (!rejected) throw error;
        concealError(error, config);
        reply = rejected;
        sending.failure = error;
      }
      const next =
        isByHand && hops < MOST_REDIRECTS
          ? redirected(reply, sent, withTokens, Object.keys(headers ?? {}), rule)
          : undefined;
      if (!next) {
        const from = rule.refuse && finalUrl(reply);
        // XMLHttpRequest tells of it when it has happened.
        if (from && !isTrusted(from)) refuse();
        concealReply(reply, config);
        return reply;
      }
      sending.failure = undefined;
      sent = next;
    }
  } catch (error) {
    if (refusal) throw refusal;
    concealError(error, config);
    throw scrub(error, attachment);
  }
}
