import { expect, test } from 'vitest';
import { byPart } from '../../scripts/size-by-part.mjs';

test('each folder has its files below it, the dearest first, and their shares make a whole', () => {
  const both = [
    new Map([
      ['errors.js', 100],
      ['session/guard.js', 250],
      ['session/state.js', 450],
      ['clients/axios.js', 150],
      ['(glue)', 50],
    ]),
    new Map([
      ['errors.js', 100],
      ['session/state.js', 300],
    ]),
  ];
  const [, , ...lines] = byPart(['axios', 'alone'], both).split('\n');
  expect(lines.map((line) => line.split(/(?<=\S) {2,}/))).toEqual([
    ['session/', '700', '70.0 %', '300', '75.0 %'],
    ['  state.js', '450', '45.0 %', '300', '75.0 %'],
    ['  guard.js', '250', '25.0 %'],
    ['clients/', '150', '15.0 %'],
    ['  axios.js', '150', '15.0 %'],
    ['errors.js', '100', '10.0 %', '100', '25.0 %'],
    ['(glue)', '50', '5.0 %'],
    ['all', '1000 100.0 %', '400 100.0 %'],
  ]);
});
