import { defineConfig } from 'vitest/config';

/** Long enough for the slowest machine: it is reached by what hangs, and no test waits on purpose. */
const PATIENCE_MS = 60_000;

export default defineConfig({
  test: {
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS / 2 } },
    // Left to itself it keeps one processor free, which is half of a small machine.
    maxWorkers: '100%',
    // Those that run at once in one file are few, and wait for one process together.
    maxConcurrency: 100,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'html'],
      thresholds: {
        'src/session/**': { lines: 100, branches: 100 },
        'src/sharing/**': { lines: 100, branches: 100 },
        'src/policy/**': { lines: 100, branches: 100 },
      },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          provide: { record: 'page' },
          include: ['test/**/*.test.ts'],
          exclude: ['test/packed/**', 'test/browser/**'],
        },
      },
      {
        // What a session does is the same over a record that it could share.
        extends: true,
        test: { name: 'shared', provide: { record: 'shared' }, include: ['test/session/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'packed', globalSetup: ['test/packed/pack.ts'], include: ['test/packed/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.browser.test.ts'],
          globalSetup: ['test/browser/admin/build.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'tools',
          globalSetup: ['test/packed/pack.ts', 'test/packed/tools/install.ts'],
          include: ['test/packed/tools/*.test.ts'],
          // Each runs a tool of its own, on whatever the machine has left.
          testTimeout: 5 * PATIENCE_MS,
          hookTimeout: 5 * PATIENCE_MS,
        },
      },
      { extends: true, test: { name: 'tabs', include: ['test/browser/tabs/*.tabs.test.ts'] } },
    ],
  },
});
