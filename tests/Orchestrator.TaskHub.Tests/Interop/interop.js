// A client and a worker that know nothing of this hub's making, run against it:
//   node interop.js HOST:PORT
// Every scenario prints one line; the first that fails ends the run with status 1.
"use strict";

const assert = require("node:assert/strict");
const {
  NoOpLogger,
  OrchestrationStatus,
  RetryPolicy,
  TaskHubGrpcClient,
  TaskHubGrpcWorker,
  whenAll,
} = require("@microsoft/durabletask-js");

const hostAddress = process.argv[2];
const logger = new NoOpLogger();
const client = new TaskHubGrpcClient({ hostAddress, logger });
const worker = new TaskHubGrpcWorker({ hostAddress, logger });
const seconds = 60;

let attempts = 0;
let fragileRuns = 0;
let isMended = false;

async function double(_, number) {
  return number * 2;
}

async function failTwice() {
  attempts += 1;
  if (attempts < 3) {
    throw new Error(`attempt ${attempts}`);
  }
  return attempts;
}

async function fragile(_, value) {
  fragileRuns += 1;
  if (!isMended) {
    throw new Error("not mended yet");
  }
  return value;
}

async function* useFragile(context) {
  return yield context.callActivity(fragile, 42);
}

async function* parentOfFragile(context) {
  const doubled = yield context.callActivity(double, 1);
  return [doubled, yield context.callSubOrchestrator(useFragile)];
}

async function* fanOut(context, numbers) {
  const results = yield whenAll(numbers.map((number) => context.callActivity(double, number)));
  return results.reduce((sum, result) => sum + result, 0);
}

async function* sleepBriefly(context) {
  const before = context.currentUtcDateTime;
  yield context.createTimer(0.5);
  return context.currentUtcDateTime - before >= 500;
}

async function* greet(context) {
  const name = yield context.waitForExternalEvent("name");
  const greeting = yield context.waitForExternalEvent("greeting");
  return `${greeting}, ${name}`;
}

async function* parent(context, number) {
  return (yield context.callSubOrchestrator(child, number)) + 1;
}

async function* child(context, number) {
  return yield context.callActivity(double, number);
}

async function* countDown(context, state) {
  const step = yield context.waitForExternalEvent("step");
  if (state.left === 1) {
    return state.seen.concat(step);
  }
  context.continueAsNew({ left: state.left - 1, seen: state.seen.concat(step) }, true);
}

async function* persist(context) {
  const policy = new RetryPolicy({ maxNumberOfAttempts: 5, firstRetryIntervalInMilliseconds: 50 });
  return yield context.callActivity(failTwice, undefined, { retry: policy });
}

async function* waitForEver(context) {
  yield context.waitForExternalEvent("never");
}

async function* fail() {
  throw new TypeError("on purpose");
}

async function finished(id) {
  const state = await client.waitForOrchestrationCompletion(id, true, seconds);
  assert.equal(state.runtimeStatus, OrchestrationStatus.COMPLETED, state.failureDetails?.message);
  return JSON.parse(state.serializedOutput);
}

async function until(id, status) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const state = await client.getOrchestrationState(id);
    if (state.runtimeStatus === status) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`${id} never became ${OrchestrationStatus[status]}`);
}

const scenarios = {
  async activities() {
    assert.equal(await finished(await client.scheduleNewOrchestration(fanOut, [1, 2, 3, 4])), 20);
  },
  async timer() {
    assert.equal(await finished(await client.scheduleNewOrchestration(sleepBriefly)), true);
  },
  async events() {
    const id = await client.scheduleNewOrchestration(greet);
    await client.raiseOrchestrationEvent(id, "greeting", "Good day");
    await client.raiseOrchestrationEvent(id, "name", "hub");
    assert.equal(await finished(id), "Good day, hub");
  },
  async subOrchestration() {
    assert.equal(await finished(await client.scheduleNewOrchestration(parent, 20)), 41);
  },
  async continueAsNew() {
    const id = await client.scheduleNewOrchestration(countDown, { left: 5, seen: [] });
    for (const step of [1, 2, 3, 4, 5]) {
      await client.raiseOrchestrationEvent(id, "step", step);
    }
    assert.deepEqual(await finished(id), [1, 2, 3, 4, 5]);
  },
  async retry() {
    assert.equal(await finished(await client.scheduleNewOrchestration(persist)), 3);
  },
  async failure() {
    const id = await client.scheduleNewOrchestration(fail);
    const state = await client.waitForOrchestrationCompletion(id, true, seconds);
    assert.equal(state.runtimeStatus, OrchestrationStatus.FAILED);
    assert.equal(state.failureDetails.message, "on purpose");
  },
  async terminate() {
    const id = await client.scheduleNewOrchestration(waitForEver);
    await client.waitForOrchestrationStart(id, false, seconds);
    await client.terminateOrchestration(id, "enough");
    const state = await client.waitForOrchestrationCompletion(id, true, seconds);
    assert.equal(state.runtimeStatus, OrchestrationStatus.TERMINATED);
    assert.equal(state.serializedOutput, '"enough"');
  },
  async suspendAndResume() {
    const id = await client.scheduleNewOrchestration(greet);
    await client.waitForOrchestrationStart(id, false, seconds);
    await client.suspendOrchestration(id);
    await until(id, OrchestrationStatus.SUSPENDED);
    await client.raiseOrchestrationEvent(id, "name", "sleeper");
    await client.raiseOrchestrationEvent(id, "greeting", "Good morning");
    await client.resumeOrchestration(id);
    assert.equal(await finished(id), "Good morning, sleeper");
  },
  async rewind() {
    const id = await client.scheduleNewOrchestration(parentOfFragile);
    const failed = await client.waitForOrchestrationCompletion(id, true, seconds);
    assert.equal(failed.runtimeStatus, OrchestrationStatus.FAILED);
    isMended = true;
    await client.rewindInstance(id, "mended");
    assert.deepEqual(await finished(id), [2, 42]);
    assert.equal(fragileRuns, 2);
  },
  async history() {
    const id = await client.scheduleNewOrchestration(parent, 1);
    await finished(id);
    const history = await client.getOrchestrationHistory(id);
    assert.ok(history.length >= 6, `only ${history.length} events`);
    assert.deepEqual(await client.getOrchestrationHistory("nobody"), []);
  },
  async queryAndPurge() {
    const id = await client.scheduleNewOrchestration(child, 1, "to-be-purged");
    await finished(id);
    const found = [];
    for await (const state of client.getAllInstances({ instanceIdPrefix: "to-be" })) {
      found.push(state.instanceId);
    }
    assert.deepEqual(found, [id]);
    assert.equal((await client.purgeOrchestration(id)).deletedInstanceCount, 1);
    assert.equal(await client.getOrchestrationState(id), undefined);
  },
};

async function main() {
  [fanOut, sleepBriefly, greet, parent, child, countDown, persist, waitForEver, fail, parentOfFragile, useFragile].forEach((flow) => worker.addOrchestrator(flow));
  [double, failTwice, fragile].forEach((activity) => worker.addActivity(activity));
  await worker.start();
  for (const [name, scenario] of Object.entries(scenarios)) {
    await scenario();
    console.log(`ok ${name}`);
  }
  await worker.stop();
  await client.stop();
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
