import { expect, it } from 'vitest';
import { endpointOf } from '../../src/policy/endpoint.js';

it.each([
  ['get', '/orders', 'GET /orders'],
  ['POST', '/orders/17?page=2#top', 'POST /orders/*'],
  ['GET', 'https://api.example.com/v1/orders/7f9c-22/lines', 'GET https://api.example.com/*/orders/*/lines'],
  ['GET', 'http://127.0.0.1:8080/orders/5', 'GET http://127.0.0.1:8080/orders/*'],
  ['GET', '//h2.example.com', 'GET //h2.example.com'],
  ['GET', 'orders/18', 'GET orders/*'],
  ['GET', '', 'GET '],
])('names what %s %s goes to', (method, url, endpoint) => {
  expect(endpointOf(method, url)).toBe(endpoint);
});
