/** One bench file in a process of its own, started by `ask()`. Its argument is the name of the file. */
import type { Answer } from './support/answer.js';

const [, , name] = process.argv;
const { run } = (await import(`./${name}.bench.ts`)) as { run(): Promise<Answer> };
process.send?.(await run());
