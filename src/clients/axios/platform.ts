import type { AxiosHeaders, Config, Response } from './shapes.js';

/** What of this client only some platforms need. A bundle for browsers has none of it (`browser` in package.json). */
export type Platform = {
  /** For the http adapter of axios, in Node. */
  readonly http?: {
    /** Takes out of what loggers print what a reply or an error holds of its request. */
    conceal(holder: object, config: Config): void;
    /** The same for what holds the requests of many. */
    concealAgents(config: Config): void;
    /** Tells of a body that breaks off, before anybody else hears of it. */
    onFailingUpload(body: unknown, listener: (error: unknown) => void): void;
    /** What is sent in the place of a form of the package `form-data`; undefined for anything else. */
    bytesOfForm(data: object, config: Config): Partial<Config> | undefined;
  };
  /** For the fetch adapter where the platform shows redirects: follows them, or throws. */
  readonly redirected: Redirected;
};

/**
 * The config for where a reply redirects to, undefined where it is the last. `headers` are those it was asked for with,
 * `tokenHeaders` the names of those that hold tokens; `mayHaveTokens` throws where a redirect is not to be followed.
 */
export type Redirected = (
  reply: Response,
  sent: Config,
  headers: AxiosHeaders,
  tokenHeaders: readonly string[],
  mayHaveTokens: (url: string) => boolean,
) => Config | undefined;
