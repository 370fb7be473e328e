import type { Judging } from '../../contract.js';

/** What a user writes where a library takes a function: whether a reply means dead tokens. */
export function isRejection(judge: Judging, { status, body }: { status: number; body: unknown }): boolean {
  switch (judge.by) {
    case 'status':
      return judge.statuses.includes(status);
    case 'code':
      return judge.refresh.includes(Number(atPath(body, judge.field)));
    case 'challenge':
      return status === 401;
    case 'graphql':
      return codesOfErrors(body).includes('UNAUTHENTICATED');
  }
}

function codesOfErrors(body: unknown): unknown[] {
  const errors = atPath(body, 'errors');
  return Array.isArray(errors) ? errors.map((error) => atPath(error, 'extensions.code')) : [];
}

function atPath(body: unknown, path: string): unknown {
  let value = body;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return value;
}
