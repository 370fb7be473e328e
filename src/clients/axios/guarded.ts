import { releaseStream } from '../../policy/bodies.js';
import type { ClientSettings } from '../../policy/client-options.js';
import { combinedUrl, everyReading } from '../../policy/combined-url.js';
import { bringsCredentials } from '../../policy/credentials.js';
import { endpointOf } from '../../policy/endpoint.js';
import { headerOf } from '../../session/platform/headers.js';
import { guardOptionsFor } from '../../policy/request-guard.js';
import type { Session } from '../../session/session.js';
import { abortOf } from './abort.js';
import type { SendOnce, Sending } from './attempt.js';
import { asCalled } from './body.js';
import { inTermsOfAxios } from './failures.js';
import { conceal } from './concealed.js';
import type { Platform } from './platform.js';
import { createProgress } from './progress.js';
import { finalUrl } from './redirects.js';
import type { Config, Response, Transport } from './shapes.js';

/** An instance, and those that are created from it: guarded together, until the undo. */
export type Family<T> = {
  readonly session: Session<T>;
  readonly settings: ClientSettings<T, Config>;
  readonly platform: Platform;
  isGuarded: boolean;
};

/** Sends a request, under the session while its instance is guarded. */
export type GuardedSend = (config: Config, transport: Transport) => Promise<Response>;

/** Without tokens. */
const NOTHING = {};

/** `isTrusted`: whether tokens may go to a URL. */
export function createGuardedSend<T>(
  family: Family<T>,
  sendOnce: SendOnce,
  isTrusted: (url: string) => boolean,
): GuardedSend {
  const { session, settings } = family;
  const { http } = family.platform;

  /** A base URL of the request's own is no reason to trust it. */
  function allows(config: Config): boolean {
    return everyReading(config, isTrusted);
  }

  function isLeftAlone(own: Config): boolean {
    if (own.session?.skip || session.isOwnCall(own.signal)) return true;
    return !allows(own) || settings.skip(own);
  }

  /** What is not guarded goes out as the caller's own. */
  async function pass(sending: Sending): Promise<Response> {
    const { config, transport } = sending;
    if (typeof transport === 'function') return transport(config);
    return settled(await sendOnce(sending, NOTHING), sending);
  }

  return async (config, transport) => {
    const own = asCalled(config, http);
    const sending: Sending = { config, own, transport, refusal: undefined };
    if (!family.isGuarded || isLeftAlone(own)) return pass(sending);
    const authorization = authorizationOf(own);
    if (authorization && (await bringsCredentials(settings, session, authorization))) return pass(sending);

    const abort = abortOf(config);
    const progress = createProgress(config);
    let isLate = false;
    let strayed = false;
    const guardOptions = guardOptionsFor<T, Config, Response>(settings, {
      options: config.session,
      signal: abort.signal,
      body: own.data,
      endpoint: () => endpointOf(own.method ?? 'get', combinedUrl(own)),
      trusts(response) {
        const from = finalUrl(response);
        return !strayed && (from === undefined || isTrusted(from));
      },
      release: (response) => releaseStream(response.data),
    });
    const { buffered } = guardOptions;
    if (buffered || progress)
      sending.prepare = (sent) => {
        if (buffered) sent.data = buffered.body();
        progress?.begin(sent);
      };
    if (!buffered) http?.onFailingUpload(own.data, (error) => conceal(error, config, http));
    try {
      const answer = session.guard((tokens) => {
        // While it was held, another `<base href>` may have come.
        strayed = isLate && !allows(own);
        return sendOnce(sending, tokens === null || strayed ? NOTHING : settings.attach(tokens));
      }, guardOptions);
      isLate = true;
      const reply = await answer;
      progress?.end();
      return settled(reply, sending);
    } catch (error) {
      throw inTermsOfAxios(error, config);
    } finally {
      abort.release();
      buffered?.settle();
    }
  };
}

/** To axios a reply that `validateStatus` refuses is an error: that of the last reply is thrown now that it is the caller's. */
function settled(reply: Response, { refusal }: Sending): Response {
  if (refusal !== undefined) throw refusal as Error;
  return reply;
}

/** With `auth` axios makes a header of its own, and takes any other away. */
function authorizationOf({ auth, headers }: Config): string | null {
  return auth ? 'Basic credentials' : headerOf(headers, 'authorization');
}
