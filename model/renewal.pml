/*
 * The renewal protocol of Holdfast, for the model checker Spin: three tabs, one store, one auth server, and all that may
 * go wrong between them. README.md beside this file says how to run it, and what is left out.
 *
 * One `atomic` is one step: all that happens before others can come in between. Each step of a tab names the functions
 * that it stands for, as `sharing/shared-renewal.ts: renewShared`; a test sees to it that these names exist.
 */

/* ------------------------------------------------------------------------------------------------ what may happen */

/* How often each of these may happen, at any moment. Set from outside: -DDEATHS=1 */
#ifndef DEATHS
#define DEATHS 0     /* a tab is closed, or crashes */
#endif
#ifndef FREEZES
#define FREEZES 0    /* a tab is frozen; it may thaw, or stay so for ever */
#endif
#ifndef LOSSES
#define LOSSES 0     /* a call or its answer is lost, or comes after the deadline */
#endif
#ifndef HICCUPS
#define HICCUPS 0    /* the server answers 503, and spends nothing */
#endif
#ifndef SIGN_OUTS
#define SIGN_OUTS 0
#endif
#ifndef SIGN_INS
#define SIGN_INS 0   /* at most 1: of somebody else, over whatever stands there */
#endif

#ifndef LOCKS
#define LOCKS 0      /* whether the store has `exclusive` */
#endif
#ifndef TURNS
#define TURNS 1      /* how many renewals each tab begins */
#endif
#ifndef SYNC
#define SYNC 0       /* whether an idle tab may take in what others wrote, and then begin with that */
#endif
#ifndef AHEAD
#define AHEAD 0      /* whether a renewal may be one ahead of time, with nobody waiting for it */
#endif
#ifndef HINTS
#define HINTS 0      /* whether who waits for a lock may hear of a change: no store has to tell */
#endif

/* What the server does about a refresh token that was spent before. */
#define STRICT 0     /* takes it for stolen and revokes the family: a reuse alarm */
#define GRACE 1      /* gives the current tokens once more while the grace lasts, and then as STRICT */
#define PLAIN 2      /* refuses it, and leaves it at that */
#ifndef SERVER
#define SERVER STRICT
#endif

/* Tabs are alike. So nothing is missed if it is always tab 0 that freezes, and tab 0 or 1 that dies. */
#define TABS 3
#if FREEZES
#define MORTAL 1
#else
#define MORTAL 0
#endif

#if TURNS == 1 && !SYNC && !AHEAD && !HINTS && !DEATHS && !FREEZES && !LOSSES && !HICCUPS && !SIGN_OUTS && !SIGN_INS
#define NOTHING_HAPPENS
#endif

byte deaths = DEATHS, freezes = FREEZES, losses = LOSSES, hiccups = HICCUPS;
byte signOuts = SIGN_OUTS, signIns = SIGN_INS;

/* ------------------------------------------------------------------------------------------------ what must hold */

/* `must` says which property it is about, and Spin prints that when it is broken. These never become true. */
bool nobody_waits_for_ever, one_refresh, no_alarm_without_cause, no_gamble_ahead_of_time, no_revival,
     no_winner_deleted, no_late_write, no_false_loss, own_identity, frozen_tab_holds_up_one_claim;
#define must(property, condition) assert(property || (condition))
/* What follows from another property is only broken where that one is not looked at. */
#ifdef UNSEEN_ONE_REFRESH
#define mustOnce(condition) skip
#else
#define mustOnce(condition) must(one_refresh, condition)
#endif

/* ------------------------------------------------------------------------------------------------ the record */

typedef Record {
  byte epoch;
  byte generation;
  byte token;        /* the refresh token: how many of its family came before it */
  byte fence;
  bool signedIn;
  bool claim;       /* whether there is one; its fence is always that of the record */
  bool locked;
  bool lostAt        /* whether it is set */
};

Record stored;
bool isOld;          /* `lostAt` of what is stored, or else `claimedAt` of its claim, is longer ago than the grace */

/* session/state/record.ts: sameVersion */
#define sameVersion(record) (stored.generation == record.generation && stored.fence == record.fence)
#define isUnchanged(record) (sameVersion(record) && stored.claim == record.claim)

inline copy(from, to) {
  d_step {
    to.epoch = from.epoch; to.generation = from.generation; to.token = from.token; to.fence = from.fence;
    to.signedIn = from.signedIn; to.claim = from.claim; to.locked = from.locked; to.lostAt = from.lostAt
  }
}

inline forget(it) {
  d_step {
    it.epoch = 0; it.generation = 0; it.token = 0; it.fence = 0;
    it.signedIn = false; it.claim = false; it.locked = false; it.lostAt = false
  }
}

/* No claim and nothing lost; where it is `lostAt` that goes on, so does its age. */
inline clearClaim() { stored.claim = false; stored.locked = false; isOld = isOld && stored.lostAt }
inline clearLost() { stored.lostAt = false; isOld = false }

/* ------------------------------------------------------------------------------------------------ the tabs */

bool dead[TABS], frozen[TABS];
bool forGood;                /* what is frozen never thaws */
bool slept[TABS];            /* it was frozen since its last claim */
bool leaseOver[TABS];        /* the lease of its last claim has run out */
bool busy[TABS];             /* a renewal of its own is under way, and requests wait for it */
bool left[TABS];             /* signed in or out here since that began: it is over, and its signal aborted */
bool commanding[TABS];       /* a sign-in or sign-out of its own is on its way to the store */
byte holds[TABS];            /* the lock it has, 0 for none */
byte turns[TABS] = TURNS;
byte knownEpoch[TABS] = 1;   /* what it has in memory; epoch 0 is signed out */
byte knownGeneration[TABS] = 1;

#define isAwake(tab) (!dead[tab] && !frozen[tab])
/* sharing/store-queue.ts: inTurn. One operation after the other, and the sign-in or sign-out came first. */
#define canUseStore(tab) (isAwake(tab) && !commanding[tab])
/* session/state/record.ts: sameTokens */
#define sameTokens(tab) (stored.signedIn && stored.epoch == knownEpoch[tab] && \
                         stored.generation == knownGeneration[tab])

/* A lock is named by the claim that is made under it. */
#ifdef FAULT_ONE_LOCK
#define lockOf(claim) 1
#else
#define lockOf(claim) (claim)
#endif
#define isFree(lock) (holds[0] != lock && holds[1] != lock && holds[2] != lock)
#define isFrozenWith(tab, lock) (holds[tab] == lock && frozen[tab])
#define isStuck(lock) (isFrozenWith(0, lock) || isFrozenWith(1, lock) || isFrozenWith(2, lock))

/* ------------------------------------------------------------------------------------------------ wire and server */

mtype = { nothing, sent, answered, vanished };
mtype = { fresh, refused, unavailable };

mtype wire[TABS] = nothing, answer[TABS] = fresh;
byte wireEpoch[TABS], wireToken[TABS];   /* with what it was sent */
byte brought[TABS];                      /* the refresh token in its answer */
/* A call that was given up by its tab, or whose tab died: it may reach the server all the same, however late. */
byte strayEpoch, strayToken;

#define isOnWire(tab) (wire[tab] == sent || wire[tab] == answered)

inline hangUp(tab) {
  d_step { wire[tab] = nothing; answer[tab] = fresh; wireEpoch[tab] = 0; wireToken[tab] = 0; brought[tab] = 0 }
}

#define FAMILIES (1 + SIGN_INS)
#define family(epoch) ((epoch) - 1)
byte current[FAMILIES];      /* the one refresh token that is not spent */
byte past[FAMILIES];         /* those below were spent longer ago than the grace */
bool revoked[FAMILIES];

/* ------------------------------------------------------------------------------------------------ an onlooker */

/* Decides nothing: it is what somebody knows who sees everything. */
byte presented[FAMILIES];    /* refresh tokens that were sent, as bits */
byte excused[FAMILIES];      /* those of which nobody will take in the answer, or not in time */
byte buried;                 /* sign-ins that are over */
byte holder;                 /* who made the last claim */
byte heldUp[TABS];           /* the claim that a frozen tab held up with its lock */
byte refreshes;

#define bit(n) (1 << (n))
#define isIn(set, n) ((set) & bit(n))

inline excuse(epoch_, token_) { excused[family(epoch_)] = excused[family(epoch_)] | bit(token_) }
inline bury(epoch_) { buried = buried | bit(epoch_) }

/* Somebody stopped waiting for the lock of `claim`, since whoever has it is frozen. */
inline blame(claim) {
  if
  :: isFrozenWith(0, lockOf(claim)) -> blameTab(0, claim)
  :: isFrozenWith(1, lockOf(claim)) -> blameTab(1, claim)
  :: isFrozenWith(2, lockOf(claim)) -> blameTab(2, claim)
  :: else
  fi
}
inline blameTab(tab, claim) {
  must(frozen_tab_holds_up_one_claim, heldUp[tab] == 0 || heldUp[tab] == claim);
  heldUp[tab] = claim
}

/* ------------------------------------------------------------------------------------------------ one tab */

/* An option of every step. Nothing is gained by the death of a tab that does nothing. */
#define dies canDie(me) -> die(me); goto gone
#define canDie(tab) (deaths > 0 && tab <= MORTAL && (busy[tab] || commanding[tab]))
inline die(tab) {
  deaths--;
  dead[tab] = true;
  giveUp(tab);
  d_step {
    frozen[tab] = false; slept[tab] = false; leaseOver[tab] = false; holds[tab] = 0; heldUp[tab] = 0;
    busy[tab] = false; commanding[tab] = false; left[tab] = false;
    turns[tab] = 0; knownEpoch[tab] = 0; knownGeneration[tab] = 0
  }
}

/* Nobody will take in the answer. */
inline giveUp(tab) {
  if
  :: wire[tab] == sent ->
    excuse(wireEpoch[tab], wireToken[tab]);
    strayEpoch = wireEpoch[tab]; strayToken = wireToken[tab]
  :: wire[tab] == answered -> excuse(wireEpoch[tab], wireToken[tab])
  :: else
  fi;
  hangUp(tab)
}

/* session/renewal/renewal-job.ts: endClaim. Its first half: whether the claim, which is in `record`, may still be ended. */
inline conclude() {
#ifdef FAULT_COMMIT_IGNORES_FENCE
  landed = stored.generation == record.generation && !left[me];
#else
#ifdef FAULT_COMMIT_IGNORES_GENERATION
  landed = stored.fence == record.fence && !left[me];
#else
#ifdef FAULT_COMMIT_IGNORES_SIGNING
  landed = sameVersion(record);
#else
  landed = sameVersion(record) && !left[me];
#endif
#endif
#endif
  if
  :: landed -> must(no_late_write, holder == me && stored.fence == record.fence)
  :: else
  fi
}

/* session/state/record.ts: renewed */
inline renewed(token_) {
  must(no_revival, !isIn(buried, record.epoch));
  copy(record, stored);
  stored.generation = record.generation + 1; stored.token = token_;
  clearLost(); clearClaim()
}

/* session/state/record.ts: graveOf */
inline graveOf() {
  must(no_winner_deleted, revoked[family(stored.epoch)] || stored.token != current[family(stored.epoch)]);
  bury(stored.epoch);
  copy(record, stored);
  stored.generation = record.generation + 1; stored.signedIn = false; stored.token = 0;
  clearLost(); clearClaim()
}

/* session/state/record.ts: givenBack */
inline givenBack() {
  must(no_revival, !isIn(buried, record.epoch));
  copy(record, stored);
#ifndef FAULT_GIVEN_BACK_KEEPS_FENCE
  stored.fence = record.fence + 1;
#endif
  clearClaim()
}

/* session/state/record.ts: lost. The record as it stands is that of the claim, but for what others marked in it. */
inline lost() {
#ifndef FAULT_LOST_IS_FORGOTTEN
  stored.lostAt = true;
#endif
  clearClaim()
}

inline rest() {
  d_step { holds[me] = 0; busy[me] = false; slept[me] = false; leaseOver[me] = false; ahead = false };
  forget(record)
}

/* sharing/shared-renewal.ts: markLost. Its claim is over, unless it has ended in another way. */
inline markLost() {
  if
#ifdef FAULT_LOST_WITHOUT_CLAIM
  :: sameVersion(record) ->
#else
  :: sameVersion(record) && stored.claim ->
#endif
    must(no_false_loss, dead[holder] || leaseOver[holder] || stored.lostAt);
    lost()
  :: else
  fi
}

#ifdef FAULT_NO_PATIENCE
#define mayClaim(claim) (!LOCKS || left[me] || isFree(lockOf(claim)) || holds[me] == lockOf(claim))
#else
#define mayClaim(claim) (!LOCKS || left[me] || isFree(lockOf(claim)) || holds[me] == lockOf(claim) || \
                         isStuck(lockOf(claim)))
#endif

proctype Tab(byte me) {
  Record record;       /* what the last look found; then the claim made from it */
  bool landed, ahead;

idle:
  if
  :: atomic { canUseStore(me) && turns[me] > 0 && knownEpoch[me] != 0 -> /* session/renewal/renewal.ts: start, follow */
      turns[me]--;
      busy[me] = true; left[me] = false;
      giveUp(me);
      if
      :: AHEAD -> ahead = true
      :: ahead = false
      fi
    }
  :: atomic { SYNC && canUseStore(me) && turns[me] > 0 && !sameTokens(me) -> /* sharing/sync.ts: readWhileWanted; session/core/learn.ts: learn */
      knownEpoch[me] = (stored.signedIn -> stored.epoch : 0);
      knownGeneration[me] = stored.generation;
      goto idle
    }
  :: atomic { canUseStore(me) && wire[me] == answered -> /* session/renewal/renewal-job.ts: salvage, endClaim; session/core/learn.ts: learn */
      conclude();
      if
      :: landed && answer[me] == fresh -> renewed(brought[me]); knownGeneration[me] = stored.generation
      :: else
      fi;
      landed = false;
      hangUp(me); forget(record);
      goto idle
    }
  :: atomic { dies }
  fi;

lookAgain:
  if
  :: atomic { isAwake(me) && holds[me] != 0 -> holds[me] = 0; goto lookAgain } /* sharing/shared-renewal.ts: underLock */
  :: atomic { canUseStore(me) && holds[me] == 0 -> /* sharing/shared-renewal.ts: renewShared; sharing/store-queue.ts: look */
      copy(stored, record);
      if
#ifdef FAULT_NO_SECOND_LOOK
      :: left[me] || !stored.signedIn || stored.epoch != knownEpoch[me] -> goto settle
#else
      :: left[me] || !sameTokens(me) -> goto settle
#endif
      :: else
      fi;
      if /* sharing/shared-renewal.ts: notNowFor; session/core/not-now.ts: notNow */
      :: ahead && stored.lostAt && (SERVER != GRACE || isOld) -> goto settle
      :: ahead && stored.claim && !leaseOver[holder] -> goto settle
      :: else
      fi;
      if /* sharing/shared-renewal.ts: takeTurn */
      :: stored.claim ->
        d_step { record.epoch = 0; record.token = 0; record.signedIn = false; record.lostAt = false };
        goto awaitHolder
      :: else ->
        goto claimAndRefresh
      fi
    }
  :: atomic { dies }
  fi;

  /*
   * Who waits looks again at each change: that it also looks at moments when nothing has changed is of no account. No change
   * escapes it, since the next hint is asked for before the look.
   */
awaitHolder:
  if
  :: atomic { isAwake(me) && left[me] -> goto lookAgain } /* sharing/shared-renewal.ts: pause */
  :: atomic { isAwake(me) && (HINTS || !(LOCKS && record.locked)) && !isUnchanged(record) -> goto lookAgain }
  :: atomic { frozen[me] && LOCKS && record.locked && isFree(lockOf(record.fence)) -> /* it gets the lock all the same */
      holds[me] = lockOf(record.fence);
      goto awaitHolder
    }
  :: atomic { canUseStore(me) && LOCKS && record.locked && /* sharing/shared-renewal.ts: awaitHolder, underLock, lock, orRest, run, markLostIfGone */
              (isFree(lockOf(record.fence)) || holds[me] == lockOf(record.fence)) ->
      holds[me] = lockOf(record.fence);
      markLost()
    }
#ifdef FAULT_NO_WAIT
  :: atomic { isAwake(me) -> goto lookAgain }
#endif
#ifndef FAULT_NO_LEASE
  :: atomic { canUseStore(me) && isUnchanged(record) && leaseOver[holder] -> /* sharing/shared-renewal.ts: endOfLease, markLostIfGone */
      if
      :: LOCKS && record.locked -> blame(record.fence)
      :: else
      fi;
      markLost()
    }
    /* The claim is over, and whoever has its lock froze before it let go: the lease is what is left. */
  :: atomic { isAwake(me) && LOCKS && record.locked && !isUnchanged(record) && isStuck(lockOf(record.fence)) ->
      blame(record.fence);
      goto lookAgain
    }
#endif
  :: atomic { dies }
  fi;
  goto lookAgain;

claimAndRefresh:
  if
  :: atomic { frozen[me] && LOCKS && isFree(lockOf(record.fence + 1)) ->
      holds[me] = lockOf(record.fence + 1);
      goto claimAndRefresh
    }
  :: atomic { canUseStore(me) && mayClaim(record.fence + 1) -> /* sharing/shared-renewal.ts: claimAndRefresh, underLock */
      if
      :: !LOCKS || left[me]
      :: else ->
        if
        :: isFree(lockOf(record.fence + 1)) -> holds[me] = lockOf(record.fence + 1)
        :: else -> blame(record.fence + 1)
        fi
      fi;
      if
      :: ahead && record.lostAt && (SERVER != GRACE || isOld) -> goto settle /* sharing/shared-renewal.ts: notNowFor. Under the lock. */
      :: else
      fi;
      if
      :: left[me] || !sameVersion(record) -> goto lookAgain /* sharing/store-queue.ts: swap */
      :: else
      fi;
      must(no_gamble_ahead_of_time, !ahead || !isIn(excused[family(record.epoch)], record.token) ||
                                    (SERVER == GRACE && !isOld));
      /* session/state/record.ts: claimed */
      record.fence++; record.claim = true; record.locked = (holds[me] != 0);
#ifndef FAULT_CLAIM_NOT_WRITTEN
      stored.fence = record.fence; stored.claim = true; stored.locked = record.locked;
      isOld = isOld && stored.lostAt;
#endif
      holder = me; leaseOver[me] = false; slept[me] = false
    }
  :: atomic { dies }
  fi;

  /* Still awake? It need not have noticed a short sleep, but half a lease does not escape it. */
  if
#ifdef FAULT_SLEEPWALKING
  :: atomic { isAwake(me) && !left[me] ->
#else
  :: atomic { isAwake(me) && !left[me] && !leaseOver[me] -> /* session/renewal/renewal-job.ts: attempt; session/renewal/refresh-call.ts: begin */
#endif
      must(own_identity, !left[me]);
      /* What it was asked to replace, which nobody else is replacing. */
      mustOnce(record.generation == knownGeneration[me] && record.epoch == knownEpoch[me]);
      mustOnce(!isIn(presented[family(record.epoch)], record.token) ||
               isIn(excused[family(record.epoch)], record.token));
      presented[family(record.epoch)] = presented[family(record.epoch)] | bit(record.token);
#ifdef NOTHING_HAPPENS
      refreshes++;
#endif
      wire[me] = sent; wireEpoch[me] = record.epoch; wireToken[me] = record.token
    }
#ifndef FAULT_SLEEPWALKING
  :: atomic { canUseStore(me) && (left[me] || slept[me]) -> /* sharing/shared-renewal.ts: claimAndRefresh */
#else
  :: atomic { canUseStore(me) && left[me] ->
#endif
      if /* Whether somebody signed in or out here need not be asked: that was written first, and is another version. */
#ifdef FAULT_GIVES_BACK_BLINDLY
      :: true ->
#else
      :: sameVersion(record) ->
#endif
        must(no_late_write, holder == me && stored.fence == record.fence);
        givenBack()
#ifndef FAULT_GIVES_BACK_BLINDLY
      :: else
#endif
      fi;
      goto lookAgain
    }
  :: atomic { dies }
  fi;

  if
  :: atomic { canUseStore(me) && wire[me] == answered && answer[me] == fresh -> /* session/renewal/renewal-job.ts: attempt, accept, endClaim */
      conclude();
      if
      :: landed -> renewed(brought[me]); landed = false
      :: else -> hangUp(me); goto lookAgain
      fi;
      hangUp(me);
      copy(stored, record)
    }
  :: atomic { canUseStore(me) && wire[me] == answered && answer[me] == refused -> /* session/renewal/renewal-job.ts: fail, refuse, endClaim */
      hangUp(me);
#ifdef FAULT_REFUSAL_UNCONDITIONAL
      landed = true;
#else
      conclude();
#endif
      if
      :: landed -> graveOf(); landed = false
      :: else -> goto lookAgain
      fi;
      copy(stored, record)
    }
  :: atomic { canUseStore(me) && wire[me] == answered && answer[me] == unavailable -> /* session/renewal/renewal-job.ts: fail, giveUp, endClaim */
      hangUp(me);
      presented[family(record.epoch)] = presented[family(record.epoch)] & ~bit(record.token);
      conclude();
      if
      :: landed -> givenBack(); landed = false
      :: else -> goto lookAgain
      fi;
      if /* session/renewal/renewal-job.ts: retryAfter */
      :: goto lookAgain
      :: goto failed
      fi
    }
    /* The answer never came, or not in time; or the signal of a sign-in or sign-out broke off the call. */
  :: atomic { canUseStore(me) && /* session/renewal/refresh-call.ts: inTime; session/renewal/renewal-job.ts: giveUp, endClaim */
              (wire[me] == vanished || (isOnWire(me) && (slept[me] || left[me] || losses > 0))) ->
      if
      :: wire[me] == vanished || slept[me] || left[me]
      :: else -> losses--
      fi;
      excuse(record.epoch, record.token);
      conclude();
      if
      :: landed -> lost(); landed = false; goto failed
      :: else -> giveUp(me); goto lookAgain
      fi
    }
  :: atomic { dies }
  fi;

  /* Between this write and what it means here somebody may sign out. */
settled:
  if
  :: atomic { isAwake(me) -> goto settle }
  :: atomic { dies }
  fi;

settle:
  atomic { /* session/renewal/renewal.ts: follow, outcomeOf, takeIn; session/core/learn.ts: learn */
    if
    :: left[me]
    :: else ->
      if /* session/state/admit.ts: admit. What waited goes out, and only under its own sign-in. */
#ifdef FAULT_OTHER_IDENTITY
      :: record.signedIn ->
#else
      :: record.signedIn && record.epoch == knownEpoch[me] ->
#endif
        must(own_identity, record.epoch == knownEpoch[me] && !left[me])
      :: else
      fi;
      knownEpoch[me] = (record.signedIn -> record.epoch : 0);
      knownGeneration[me] = record.generation
    fi;
    rest()
  }
  goto idle;

failed:
  if
  :: atomic { isAwake(me) -> /* session/renewal/renewal.ts: takeIn, takeFailure. What waited fails. A late answer may still come. */
      if
      :: isOnWire(me) -> holds[me] = 0; busy[me] = false; ahead = false
      :: else -> hangUp(me); rest()
      fi
    }
  :: atomic { dies }
  fi;
  goto idle;

gone:
  d_step { forget(record); landed = false; ahead = false }
}

/* ------------------------------------------------------------------------------------------------ everybody else */

/* What the server gives for a refresh token. */
inline serve(epoch_, token_) {
  if
  :: revoked[family(epoch_)] -> reply = refused
  :: else ->
    if
    :: token_ == current[family(epoch_)] -> current[family(epoch_)]++; reply = fresh
    :: token_ < current[family(epoch_)] && SERVER == GRACE && token_ >= past[family(epoch_)] -> reply = fresh
    :: token_ < current[family(epoch_)] && SERVER == PLAIN -> reply = refused
    :: else ->
      must(no_alarm_without_cause, isIn(excused[family(epoch_)], token_));
      revoked[family(epoch_)] = true;
      reply = refused
    fi
  fi
}

inline answerTo(tab) {
  wire[tab] = answered; answer[tab] = reply;
  brought[tab] = (reply == fresh -> current[family(wireEpoch[tab])] : 0);
  reply = fresh
}

inline serveTab(tab) {
  if
  :: serve(wireEpoch[tab], wireToken[tab]); answerTo(tab)
  :: hiccups > 0 -> hiccups--; reply = unavailable; answerTo(tab)
  fi
}

proctype Server() {
  mtype reply = fresh;

  do
  :: atomic { wire[0] == sent -> serveTab(0) }
  :: atomic { wire[1] == sent -> serveTab(1) }
  :: atomic { wire[2] == sent -> serveTab(2) }
  :: atomic { strayEpoch != 0 -> serve(strayEpoch, strayToken); reply = fresh; strayEpoch = 0; strayToken = 0 }
  od
}

inline lose(tab) {
  losses--;
  excuse(wireEpoch[tab], wireToken[tab]);
  wire[tab] = vanished; answer[tab] = fresh; brought[tab] = 0
}

/* A lease outlasts the deadline of a refresh, so nobody who is awake sees the end of his own. */
#ifdef FAULT_LEASE_BELOW_DEADLINE
#define canOutlast(tab) (!isAwake(tab) || isOnWire(tab))
#else
#define canOutlast(tab) (!isAwake(tab))
#endif

/* Calls and answers get lost, a tab is frozen and thaws, leases run out, time goes by. */
proctype World() {
  bool isLater;

  do
  :: atomic { losses > 0 && isOnWire(0) -> lose(0) }
  :: atomic { losses > 0 && isOnWire(1) -> lose(1) }
  :: atomic { losses > 0 && isOnWire(2) -> lose(2) }
  :: atomic { freezes > 0 && isAwake(0) && (busy[0] || commanding[0]) ->
      freezes--;
      frozen[0] = true; slept[0] = true;
      if
      :: forGood = true
      :: skip
      fi
    }
  :: atomic { frozen[0] && !forGood -> frozen[0] = false; heldUp[0] = 0 }
  :: atomic { stored.claim && canOutlast(holder) && !leaseOver[holder] ->
      leaseOver[holder] = true;
      if
      :: isOnWire(holder) && !isAwake(holder) -> excuse(wireEpoch[holder], wireToken[holder])
      :: else
      fi
    }
  :: atomic { SERVER == GRACE && !isLater -> /* the grace is over for all that was spent before this moment */
      isLater = true;
      past[0] = current[0]; past[FAMILIES - 1] = current[FAMILIES - 1];
      isOld = stored.claim || stored.lostAt
    }
    /* Nothing goes wrong from here on. Without this, whoever waits for ever could still be freed by dying. */
  :: atomic { deaths + freezes + losses + hiccups + signOuts + signIns > 0 ->
      deaths = 0; freezes = 0; losses = 0; hiccups = 0; signOuts = 0; signIns = 0
    }
  od
}

/* session/core/sign-in.ts: save. One of a tab at a time. What waits here learns of it at once, the store a step later. */
#define canCommand(tab) (canUseStore(tab) && (mayBeOut || knownEpoch[tab] != 0))
inline command(mayBeOut) {
  if
  :: canCommand(0) -> tab = 0
  :: canCommand(1) -> tab = 1
  :: canCommand(2) -> tab = 2
  fi;
  epoch = knownEpoch[tab];
  commanding[tab] = true; left[tab] = true; knownEpoch[tab] = 0
}

proctype SignOut() {
  byte tab, epoch;

  do
  :: atomic { signOuts > 0 -> command(false); signOuts-- } /* session/core/sign-in.ts: signOut, end */
    if
    :: atomic { isAwake(tab) -> /* sharing/store-queue.ts: write; session/state/record.ts: graveOf */
        if
        :: stored.signedIn && stored.epoch == epoch ->
          bury(epoch);
          stored.generation++; stored.signedIn = false; stored.token = 0;
          clearLost(); clearClaim()
        :: else
        fi;
        commanding[tab] = false
      }
    :: atomic { dead[tab] -> skip }
    fi;
    d_step { tab = 0; epoch = 0 }
  od
}

proctype SignIn() {
  byte tab, epoch;

  do
  :: atomic { signIns > 0 -> command(true); signIns-- } /* session/core/sign-in.ts: signIn */
    if
    :: atomic { isAwake(tab) -> /* sharing/store-queue.ts: write; session/state/record.ts: signedIn */
        bury(1);
        stored.generation++; stored.epoch = 2; stored.signedIn = true; stored.token = 0;
        clearLost(); clearClaim();
        knownEpoch[tab] = 2; knownGeneration[tab] = stored.generation;
        commanding[tab] = false
      }
    :: atomic { dead[tab] -> skip }
    fi;
    d_step { tab = 0; epoch = 0 }
  od
}

#define isDone(tab) (!busy[tab] || frozen[tab])

/* Nobody can move any more. Every run comes to this, unless it goes round in a circle: that is looked for as well. */
proctype End() {
  timeout -> must(nobody_waits_for_ever, isDone(0) && isDone(1) && isDone(2));
#ifdef NOTHING_HAPPENS
  must(one_refresh, refreshes == 1 && stored.generation == 2 &&
                    knownGeneration[0] == 2 && knownGeneration[1] == 2 && knownGeneration[2] == 2)
#endif
}

init {
  atomic {
    stored.epoch = 1; stored.generation = 1; stored.signedIn = true;
    run Tab(0); run Tab(1); run Tab(2);
    run Server(); run World(); run End();
#if SIGN_OUTS
    run SignOut();
#endif
#if SIGN_INS
    run SignIn();
#endif
  }
}
