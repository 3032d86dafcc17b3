// A vendor's client that knows nothing of scripted models, run against one:
//   node openai.js BASE_URL
// Every scenario prints one line; the first that fails ends the run with status 1.
"use strict";

const assert = require("node:assert/strict");
const { setTimeout: wait } = require("node:timers/promises");
const { OpenAI, BadRequestError, NotFoundError } = require("openai");

const client = new OpenAI({ baseURL: process.argv[2], apiKey: "any", maxRetries: 2 });
const model = "any";
const task = { role: "user", content: "Find the text." };

async function firstTurn(run) {
  const first = await client.responses.create({ model, input: [task], prompt_cache_key: run });
  const call = first.output.find((item) => item.type === "function_call");
  return [task, ...first.output, { type: "function_call_output", call_id: call.call_id, output: "a.txt" }];
}

const scenarios = {
  async create() {
    const response = await client.responses.create({ model, input: "Find the text." });
    assert.equal(response.model, "scripted");
    assert.equal(response.status, "completed");
    assert.equal(response.output_text, "I look around.");
    assert.deepEqual(response.output.map((item) => item.type), ["reasoning", "message", "function_call"]);
    assert.equal(response.output[2].arguments, '{"command":"ls"}');
  },

  async count() {
    const response = await client.responses.create({ model, input: [task] });
    const counted = await client.responses.inputTokens.count({ model, input: [task] });
    assert.equal(counted.object, "response.input_tokens");
    assert.ok(Math.abs(counted.input_tokens - response.usage.input_tokens) < 20, `${counted.input_tokens}, ${response.usage.input_tokens}`);
  },

  async stream() {
    const stream = client.responses.stream({ model, input: [task] });
    let text = "";
    stream.on("response.output_text.delta", (event) => (text += event.delta));
    const response = await stream.finalResponse();
    assert.equal(text, "I look around.");
    assert.equal(response.output_text, text);
    assert.equal(response.output[2].name, "bash");
  },

  async callAndResult() {
    const response = await client.responses.create({ model, input: await firstTurn("calls") });
    assert.equal(response.output_text, "It is here: a.txt");
  },

  async chat() {
    const first = await client.chat.completions.create({ model, messages: [task] });
    const message = first.choices[0].message;
    assert.equal(first.choices[0].finish_reason, "tool_calls");
    const messages = [task, message, { role: "tool", tool_call_id: message.tool_calls[0].id, content: "a.txt" }];
    const stream = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    const second = await stream.finalChatCompletion();
    assert.equal(second.choices[0].message.content, "It is here: a.txt");
    assert.ok(second.usage.prompt_tokens > 0);
  },

  async retry() {
    const input = [...(await firstTurn("retry")), { role: "assistant", content: "It is here." }, { role: "user", content: "Sure?" }];
    const { data, response } = await client.responses.create({ model, input, prompt_cache_key: "retry" }).withResponse();
    assert.equal(response.status, 200);
    assert.equal(data.output_text, "I am sure.");
  },

  async refusal() {
    const refused = client.responses.create({ model, input: "x", max_tokens: 5 });
    await assert.rejects(refused, (error) => error instanceof BadRequestError && error.code === "unknown_parameter" && error.param === "max_tokens");
  },

  async background() {
    const input = await firstTurn("background");
    let response = await client.responses.create({ model, input, background: true });
    assert.equal(response.status, "queued");
    const seen = new Set();
    while (response.status === "queued" || response.status === "in_progress") {
      await wait(20);
      response = await client.responses.retrieve(response.id);
      seen.add(response.status);
    }
    assert.deepEqual([...seen], ["in_progress", "completed"]);
    assert.equal(response.output_text, "It is here: a.txt");
  },

  async cancel() {
    const created = await client.responses.create({ model, input: await firstTurn("cancel"), background: true });
    const canceled = await client.responses.cancel(created.id);
    assert.equal(canceled.status, "cancelled");
    assert.equal((await client.responses.retrieve(created.id)).status, "cancelled");
    await assert.rejects(client.responses.retrieve("resp_nobody"), NotFoundError);
  },

  async compact() {
    const input = await firstTurn("compact");
    const compacted = await client.responses.compact({ model, input });
    assert.equal(compacted.object, "response.compaction");
    assert.deepEqual(compacted.output.map((item) => item.type), ["message", "compaction"]);
    assert.ok(JSON.stringify(compacted.output).length < JSON.stringify(input).length);
    const next = [...compacted.output, { role: "user", content: "It is called a.txt." }];
    const response = await client.responses.create({ model, input: next });
    assert.equal(response.output_text, "It is here: a.txt");
  },
};

async function main() {
  for (const [name, scenario] of Object.entries(scenarios)) {
    await scenario();
    console.log(`ok ${name}`);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
