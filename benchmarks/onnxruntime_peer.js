// Times a network in ONNX Runtime's CPU library.
//
//     node onnxruntime_peer.js PACKAGES MODEL.onnx INPUT.bin SHAPE THREADS OUTPUT.bin
//
// PACKAGES is a folder with node_modules/onnxruntime-node; SHAPE is 1,3,224,224;
// INPUT.bin and OUTPUT.bin hold float32. Each line N on standard input asks for N
// runs, and is answered by a JSON array of their milliseconds. The first answer,
// before any question, is the milliseconds that creating the session took.
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const [packages, model, input, shape, threads, output] = process.argv.slice(2);
const ort = require(path.join(packages, 'node_modules/onnxruntime-node'));

function floats(file) {
  const bytes = fs.readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

async function main() {
  const options = {intraOpNumThreads: Number(threads), interOpNumThreads: 1,
                   graphOptimizationLevel: 'all', executionProviders: ['cpu']};
  const begin = performance.now();
  const session = await ort.InferenceSession.create(model, options);
  console.log(JSON.stringify([performance.now() - begin]));
  const feeds = {};
  feeds[session.inputNames[0]] =
      new ort.Tensor('float32', floats(input), shape.split(',').map(Number));
  const result = (await session.run(feeds))[session.outputNames[0]];
  fs.writeFileSync(output, Buffer.from(result.data.buffer,
                                       result.data.byteOffset,
                                       result.data.byteLength));
  await session.run(feeds);
  for await (const line of readline.createInterface({input: process.stdin})) {
    const times = [];
    for (let i = 0; i < Number(line); ++i) {
      const start = performance.now();
      await session.run(feeds);
      times.push(performance.now() - start);
    }
    console.log(JSON.stringify(times));
  }
}

main().catch(error => { console.error(String(error)); process.exit(1); });
