/** The numbers of the app: made, not random, so that every run shows the same shop. */

export const STATUSES = ['draft', 'paid', 'packed', 'shipped', 'refunded'] as const;
export type OrderStatus = (typeof STATUSES)[number];

export interface Order {
  readonly number: string;
  readonly customer: string;
  readonly city: string;
  readonly placedOn: string;
  readonly amount: number;
  status: OrderStatus;
  note: string;
}

const CUSTOMERS = [
  ['Blue Harbour Coffee', 'Xiamen'],
  ['云杉书店', '杭州'],
  ['Northlight Bikes', 'Oslo'],
  ['青禾农场', '成都'],
  ['Kiln & Co', 'Lisbon'],
  ['南山茶铺', '深圳'],
  ['Alder Optics', 'Jena'],
] as const;

const FIRST_NUMBER = 1001;
const ORDER_COUNT = 200;
const FIRST_DAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

function createOrder(index: number): Order {
  const [customer, city] = CUSTOMERS[index % CUSTOMERS.length] ?? CUSTOMERS[0];
  return {
    number: `SO-${FIRST_NUMBER + index}`,
    customer,
    city,
    placedOn: new Date(FIRST_DAY + index * DAY_MS).toISOString().slice(0, 10),
    amount: 40 + ((index * 7919) % 1960) + ((index * 31) % 100) / 100,
    status: STATUSES[(index * 3) % STATUSES.length] ?? 'draft',
    note: '',
  };
}

const orders: readonly Order[] = Array.from({ length: ORDER_COUNT }, (_, index) => createOrder(index));

export function findOrder(number: string): Order | undefined {
  return orders.find((order) => order.number === number);
}

export interface OrderFilter {
  readonly search: string;
  readonly status: string;
  readonly page: number;
  readonly pageSize: number;
}

export function listOrders({ search, status, page, pageSize }: OrderFilter) {
  const wanted = search.trim().toLowerCase();
  const matching = orders.filter(
    (order) =>
      (!status || order.status === status) &&
      [order.number, order.customer, order.city].some((text) => text.toLowerCase().includes(wanted)),
  );
  return { total: matching.length, orders: matching.slice((page - 1) * pageSize, page * pageSize) };
}

/** Who can sign in. The customer code is what the login page needs to know whose staff is coming. */
export const users = [
  { username: 'ada', password: 'ada', name: 'Ada Lovelace', customerCode: 'HF-1815' },
  { username: 'lin', password: 'lin', name: '林徽因', customerCode: 'HF-1904' },
];
