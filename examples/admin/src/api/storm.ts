import { request } from '../request.js';

export const METHODS = ['GET', 'POST', 'upload'] as const;
export type Method = (typeof METHODS)[number];

export function orderAt(index: number): string {
  return `SO-${1001 + index}`;
}

/** Asks about one order, and resolves to the number of the order that the answer is about. */
export async function ask(method: Method, order: string, tag: string): Promise<string> {
  const config = { session: { tag } };
  switch (method) {
    case 'GET':
      return (await request.get<never, { number: string }>(`/orders/${order}`, config)).number;
    case 'POST':
      return (await request.post<never, { order: string }>('/quotes', { order, quantity: 12 }, config)).order;
    case 'upload': {
      const fields = { order, file: new File([`packing list of ${order}`], 'packing-list.txt') };
      return (await request.postForm<never, { order: string }>('/files', fields, config)).order;
    }
  }
}
