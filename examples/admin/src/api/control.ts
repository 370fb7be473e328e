/** The demonstration's own levers on its server. They are no part of the app, and carry no tokens. */

export interface ServerSettings {
  accessLifetimeMs: number;
  refreshDelayMs: number;
  reuseGraceMs: number;
  rotation: boolean;
}

export interface ServerState {
  readonly settings: ServerSettings;
  readonly counters: {
    readonly refreshes: number;
    readonly reuseAlarms: number;
    readonly served: number;
    readonly rejected: number;
  };
}

type Fault = 'refuse' | 'unavailable' | 'drop-answer';

async function call(method: string, path: string, body?: object): Promise<ServerState> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`/control/${path}`, {
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
  });
  return (await response.json()) as ServerState;
}

export const control = {
  state: () => call('GET', 'state'),
  change: (settings: Partial<ServerSettings>) => call('PUT', 'settings', settings),
  failNextRefresh: (fault: Fault, options: { retryAfter?: number; times?: number } = {}) =>
    call('POST', 'faults', { fault, ...options }),
  heal: () => call('POST', 'heal'),
  revokeAccess: () => call('POST', 'revoke-access'),
  resetCounters: () => call('POST', 'reset-counters'),
};
