import type { RouteLocationNormalized, RouteLocationRaw, Router } from 'vue-router';

/** Where to sign in again, and how to come back from there. From the login page itself there is nowhere to come back to. */
export function loginLocation(
  from: Pick<RouteLocationNormalized, 'name' | 'fullPath' | 'query'>,
  customerCode: string | undefined,
): RouteLocationRaw {
  const redirect = from.name === 'login' ? from.query['redirect'] : from.fullPath;
  return {
    path: '/login',
    query: { ...(redirect && { redirect }), ...(customerCode && { code: customerCode }) },
  };
}

/** Where to go after login: a page of this app other than the login page, whatever the address bar says. */
export function landingPath(router: Pick<Router, 'resolve'>, redirect: unknown): string {
  if (typeof redirect !== 'string' || !URL.canParse(redirect, location.origin)) return '/';
  const { origin, pathname, search, hash } = new URL(redirect, location.origin);
  const path = pathname + search + hash;
  const isPage = router.resolve(path).matched.length > 0 && router.resolve(path).name !== 'login';
  return origin === location.origin && isPage ? path : '/';
}
