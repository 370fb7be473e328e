import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'Two people have a session each in one process, as on a server that renders pages. The refresh of one of them gets no answer.',
  why: 'A flag or a promise in module scope belongs to everybody who imports the module: one person’s trouble stops all the others, or their tokens get mixed up.',
  right: 'The other one refreshes meanwhile and is served.',
  needs: ['several-sessions'],
  async run(stage) {
    const stuck = await stage.start();
    const free = await stage.start({ as: 'lin' });
    const refresh = await stage.hold('/auth/refresh');
    await stage.server.failRefresh('never-answer');
    await stage.expire();
    void stuck.request(stage.path('stuck'));
    await refresh.reached(1);
    await refresh.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(free.request(stage.path('free')))], refreshes: 2 });
  },
};
