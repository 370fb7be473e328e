import type { Subject } from '../../contract.js';

/** The same with its record in a store that other sessions use too, whatever the case asks for. */
export function sharing(subject: Subject): Subject {
  return {
    ...subject,
    about: `${subject.about} With \`memoryStore()\`.`,
    create: (setting) => subject.create({ ...setting, shared: true }),
  };
}
