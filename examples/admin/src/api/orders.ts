import { request } from '../request.js';

export const ORDER_STATUSES = ['draft', 'paid', 'packed', 'shipped', 'refunded'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export interface Order {
  readonly number: string;
  readonly customer: string;
  readonly city: string;
  /** A date, such as 2026-01-05. */
  readonly placedOn: string;
  readonly amount: number;
  readonly status: OrderStatus;
  readonly note: string;
}

export interface OrderFilter {
  search: string;
  status: OrderStatus | '';
  page: number;
  pageSize: number;
}

export function listOrders(
  filter: OrderFilter,
  signal: AbortSignal,
): Promise<{ total: number; orders: Order[] }> {
  return request.get('/orders', { params: filter, signal });
}

export function saveOrder({
  number,
  status,
  note,
}: Pick<Order, 'number' | 'status' | 'note'>): Promise<Order> {
  return request.put(`/orders/${number}`, { status, note });
}
