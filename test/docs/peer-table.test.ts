import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { peersPage } from '../../bench/peers/report.js';
import { drawingOf } from '../../conformance/report/drawing.js';
import { markdownOf } from '../../conformance/report/markdown.js';
import { peerTable, READMES, readSources, tableIn } from '../../scripts/peer-table.mjs';
import { root } from '../../scripts/run.mjs';

const page = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

/** What stands in the cells, however the columns are aligned. */
function cellsOf(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => !/^[\s|:-]+$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

describe('what is said of the peers', () => {
  it.each(READMES)('%s has the table that the results give', async (file, language) => {
    const written = cellsOf(tableIn(await page(file)));
    expect(written).toEqual(cellsOf(peerTable(await readSources(), language)));
  });

  it('RESULTS.md and the drawing are those of results.json', async () => {
    const { results } = await readSources();
    expect(await page('conformance/RESULTS.md')).toBe(markdownOf(results));
    expect(await page('conformance/results.svg')).toBe(drawingOf(results));
  });

  it('PEERS.md is that of peers.json', async () => {
    const { peers } = await readSources();
    expect(await page('bench/PEERS.md')).toBe(peersPage(peers));
  });
});
