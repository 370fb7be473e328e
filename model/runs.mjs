/**
 * What `npm run model` checks: in which worlds the protocol is to hold, and which planted faults have to be found.
 */

/** The properties, in the words of renewal.pml, and what each says. */
export const properties = /** @type {const} */ ({
  nobody_waits_for_ever: 'in no state is a tab stuck: at the end, all but the frozen and the dead are done',
  no_endless_loop: 'no run goes round in a circle, whatever the order of its steps',
  one_refresh: 'a refresh token is sent once, and again only if nobody will take in the first answer',
  no_alarm_without_cause:
    'reuse is only detected where an answer was lost or late, or its holder died or froze',
  no_gamble_ahead_of_time: 'a refresh ahead of time presents no token that may be spent beyond the grace',
  no_revival: 'nothing is written under a sign-in that has ended',
  no_winner_deleted: 'a refusal deletes no refresh token that still serves',
  no_late_write: 'nobody who thawed writes after somebody has claimed since',
  no_false_loss: 'a claim is marked as lost only if its holder is gone',
  own_identity: 'nothing goes out under another sign-in, or after signing out here',
  frozen_tab_holds_up_one_claim: 'the lock of a frozen tab holds up one claim, and no later one',
});

/** @typedef {keyof typeof properties} Property */
/** @typedef {{ name: string, world: string[], checks: Property[], loops?: boolean, isDeep?: boolean }} Configuration */
/** @typedef {{ flag: string, about: string, world: string[], loops?: boolean, brokenProperty: Property }} Fault */
/** @typedef {{ flags: string[], about: string, worlds: string[][] }} Spare */

/** @type {Property[]} */
const always = ['nobody_waits_for_ever', 'one_refresh', 'no_revival', 'no_late_write', 'own_identity'];
/** @type {Property[]} */
const whenRefused = [...always, 'no_false_loss', 'no_alarm_without_cause', 'no_winner_deleted'];

const ALL = ['DEATHS=1', 'FREEZES=1', 'LOSSES=1'];

/**
 * Each runs with locks and without. `checks` are the properties that this world puts to the test: that it does so is
 * checked too. The deep ones take minutes, and run with `--deep`.
 * @type {Configuration[]}
 */
export const configurations = [
  { name: 'nothing goes wrong', world: [], checks: ['nobody_waits_for_ever', 'one_refresh'] },
  { name: 'two renewals a tab', world: ['TURNS=2', 'SYNC=1'], checks: always },
  { name: 'server unavailable', world: ['HICCUPS=1', 'FREEZES=1'], checks: always },
  { name: 'all faults', world: ALL, checks: whenRefused },
  { name: 'grace', world: ['SERVER=GRACE', 'FREEZES=1', 'LOSSES=1'], checks: whenRefused },
  {
    name: 'no reuse detection',
    world: ['SERVER=PLAIN', 'FREEZES=1', 'LOSSES=1'],
    checks: [...always, 'no_false_loss', 'no_winner_deleted'],
  },
  {
    name: 'ahead of time',
    world: ['AHEAD=1', 'DEATHS=1', 'LOSSES=1'],
    checks: [...whenRefused, 'no_gamble_ahead_of_time'],
  },
  {
    name: 'ahead of time, grace',
    world: ['AHEAD=1', 'LOSSES=1', 'SERVER=GRACE'],
    checks: [...always, 'no_gamble_ahead_of_time', 'no_alarm_without_cause'],
  },
  {
    name: 'hints beside locks',
    world: ['HINTS=1', 'FREEZES=1', 'LOSSES=1'],
    checks: whenRefused,
  },
  { name: 'sign-out', world: ['SIGN_OUTS=1', 'FREEZES=1'], checks: whenRefused },
  { name: 'sign-out, answers lost', world: ['SIGN_OUTS=1', 'LOSSES=1'], checks: always },
  { name: 'sign-out and sign-in', world: ['SIGN_OUTS=1', 'SIGN_INS=1', 'DEATHS=1'], checks: always },
  { name: 'loops: faults', world: ['DEATHS=1', 'FREEZES=1'], loops: true, checks: ['no_endless_loop'] },
  { name: 'loops: sign-out', world: ['SIGN_OUTS=1', 'LOSSES=1'], loops: true, checks: ['no_endless_loop'] },
  { name: 'all faults, 503 too', world: [...ALL, 'HICCUPS=1'], checks: whenRefused, isDeep: true },
  { name: 'all faults, grace', world: [...ALL, 'SERVER=GRACE'], checks: whenRefused, isDeep: true },
  { name: 'all faults, no detection', world: [...ALL, 'SERVER=PLAIN'], checks: always, isDeep: true },
  {
    name: 'sign-out, all but losses',
    world: ['SIGN_OUTS=1', 'DEATHS=1', 'FREEZES=1'],
    checks: whenRefused,
    isDeep: true,
  },
  {
    name: 'sign-out, all but deaths',
    world: ['SIGN_OUTS=1', 'FREEZES=1', 'LOSSES=1'],
    checks: whenRefused,
    isDeep: true,
  },
  { name: 'sign-in, and on', world: ['SIGN_INS=1', 'SYNC=1', 'FREEZES=1'], checks: always, isDeep: true },
];

/**
 * What the protocol must not lack: without it, this property breaks in this world.
 * @type {Fault[]}
 */
export const faults = [
  {
    flag: 'FAULT_CLAIM_NOT_WRITTEN',
    about: 'the claim is not written ahead',
    world: ['LOCKS=0'],
    brokenProperty: 'one_refresh',
  },
  {
    flag: 'FAULT_NO_SECOND_LOOK',
    about: 'whether the record has moved on is not asked before the refresh',
    world: ['LOCKS=1'],
    brokenProperty: 'one_refresh',
  },
  {
    flag: 'FAULT_SLEEPWALKING',
    about: 'who slept past its lease sends all the same',
    world: ['LOCKS=1', 'FREEZES=1'],
    brokenProperty: 'one_refresh',
  },
  {
    flag: 'FAULT_LEASE_BELOW_DEADLINE',
    about: 'the lease may end before the deadline of the refresh',
    world: ['LOCKS=0'],
    brokenProperty: 'one_refresh',
  },
  {
    flag: 'FAULT_NO_LEASE',
    about: 'only a change or a lock ends the wait for a holder: one that froze with its lock',
    world: ['LOCKS=1', 'FREEZES=1'],
    brokenProperty: 'nobody_waits_for_ever',
  },
  {
    flag: 'FAULT_NO_LEASE',
    about: 'only a change or a lock ends the wait for a holder: one that died where there are no locks',
    world: ['LOCKS=0', 'DEATHS=1'],
    brokenProperty: 'nobody_waits_for_ever',
  },
  {
    flag: 'FAULT_NO_PATIENCE',
    about: 'nothing but the lock ends the wait for the lock of a claim',
    world: ['LOCKS=1', 'FREEZES=1'],
    brokenProperty: 'nobody_waits_for_ever',
  },
  {
    flag: 'FAULT_ONE_LOCK',
    about: 'one lock for all claims',
    world: ['LOCKS=1', 'FREEZES=1'],
    brokenProperty: 'frozen_tab_holds_up_one_claim',
  },
  {
    flag: 'FAULT_COMMIT_IGNORES_FENCE',
    about: 'a commit compares the generation alone',
    world: ['LOCKS=0', 'FREEZES=1'],
    brokenProperty: 'no_late_write',
  },
  {
    flag: 'FAULT_COMMIT_IGNORES_GENERATION',
    about: 'a commit compares the fence alone, which a sign-out leaves as it is',
    world: ['LOCKS=1', 'SIGN_OUTS=1'],
    brokenProperty: 'no_revival',
  },
  {
    flag: 'FAULT_GIVES_BACK_BLINDLY',
    about: 'a late claim is given back whatever stands there: somebody has claimed since',
    world: ['LOCKS=0', 'FREEZES=1'],
    brokenProperty: 'no_late_write',
  },
  {
    flag: 'FAULT_REFUSAL_UNCONDITIONAL',
    about: 'a refusal ends the session whatever stands there',
    world: ['LOCKS=1', 'FREEZES=1', 'SERVER=PLAIN'],
    brokenProperty: 'no_winner_deleted',
  },
  {
    flag: 'FAULT_LOST_IS_FORGOTTEN',
    about: 'a claim whose answer never came leaves no mark',
    world: ['LOCKS=1', 'LOSSES=1', 'AHEAD=1'],
    brokenProperty: 'no_gamble_ahead_of_time',
  },
  {
    flag: 'FAULT_OTHER_IDENTITY',
    about: 'what waited goes on under whoever is signed in now',
    world: ['LOCKS=1', 'SIGN_INS=1'],
    brokenProperty: 'own_identity',
  },
  {
    flag: 'FAULT_GIVEN_BACK_KEEPS_FENCE FAULT_LOST_WITHOUT_CLAIM',
    about: 'a claim given back keeps its fence, and what has no claim can be marked as lost',
    world: ['LOCKS=1', 'FREEZES=1'],
    brokenProperty: 'no_false_loss',
  },
  {
    flag: 'FAULT_CLAIM_NOT_WRITTEN UNSEEN_ONE_REFRESH',
    about: 'the claim is not written ahead, and nobody but the server notices',
    world: ['LOCKS=0'],
    brokenProperty: 'no_alarm_without_cause',
  },
  {
    flag: 'FAULT_NO_WAIT',
    about: 'who finds the claim of another looks again at once, and again',
    world: ['LOCKS=0'],
    loops: true,
    brokenProperty: 'no_endless_loop',
  },
];

/**
 * What is there twice: left out alone, nothing breaks, since something else prevents the same. If one of these is
 * noticed some day, it has become a fault.
 * @type {Spare[]}
 */
export const spares = [
  {
    flags: ['FAULT_COMMIT_IGNORES_SIGNING'],
    about:
      'a commit does not ask who signed in or out: the version has changed, the sign-out was written first',
    worlds: [
      ['LOCKS=1', 'SIGN_OUTS=1', 'FREEZES=1'],
      ['LOCKS=0', 'SIGN_OUTS=1', 'SIGN_INS=1', 'DEATHS=1'],
    ],
  },
  {
    flags: ['FAULT_GIVEN_BACK_KEEPS_FENCE'],
    about: 'a claim given back keeps its fence: what has no claim is not marked as lost',
    worlds: [
      ['LOCKS=1', 'FREEZES=1', 'HICCUPS=1'],
      ['LOCKS=0', 'FREEZES=1', 'HICCUPS=1'],
    ],
  },
  {
    flags: ['FAULT_LOST_WITHOUT_CLAIM'],
    about: 'what has no claim can be marked as lost: a claim given back has another fence',
    worlds: [
      ['LOCKS=1', 'FREEZES=1', 'HICCUPS=1'],
      ['LOCKS=0', 'FREEZES=1', 'HICCUPS=1'],
    ],
  },
];
