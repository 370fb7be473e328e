/** The package has no types of its own. */
declare module 'refresh-fetch' {
  export function configureRefreshFetch<Result>(configuration: {
    fetch: (url: RequestInfo | URL, options?: RequestInit) => Promise<Result>;
    shouldRefreshToken: (error: unknown) => boolean;
    refreshToken: () => Promise<unknown>;
  }): (url: RequestInfo | URL, options?: RequestInit) => Promise<Result>;
}
