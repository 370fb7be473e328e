/** One request as a server received it. */
export type Arrival = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** To the byte, in base64. */
  readonly body: string;
};

export async function arrivalOf(request: Request): Promise<Arrival> {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(await request.clone().arrayBuffer()).toString('base64'),
  };
}
