// The floor: the least a Node program can do to answer `initialize` and `tools/list` over stdio.
const tools = [{ name: "nothing", description: "Does nothing.", inputSchema: { type: "object", properties: {} } }];
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "bare", version: "1" } }),
  "tools/list": () => ({ tools }),
  "tools/call": () => ({ content: [{ type: "text", text: "ok" }] }),
};

let rest = "";
process.stdin.on("data", (data) => {
  const lines = (rest + data).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    if (answers[method]) process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: answers[method](params) })}\n`);
  }
});
