import { FrameBridge, serveFrames } from 'octogate/streaming';
import worklet from 'octogate/streaming/worklet?worker&url';

/** Halves a constant sound by way of the bridge, and says in the title what comes out once frames were played. */
document.querySelector('button').addEventListener('click', async () => {
  const context = new AudioContext();
  const end = new AbortController();
  const bridge = await FrameBridge.open(context, {
    worklet,
    frame: 128,
    delay: 100,
    mostUnderWay: 1000,
    onCounts: ({ played }) => {
      if (played >= 100) end.abort();
    },
  });
  const listener = new AnalyserNode(context, { fftSize: 32 });
  const source = new ConstantSourceNode(context, { offset: 0.5 });
  source.connect(bridge.node).connect(listener).connect(context.destination);
  source.start();
  await context.resume();
  await serveFrames(bridge.port, async (samples) => samples.map((sample) => sample / 2), end.signal);
  const heard = new Float32Array(1);
  listener.getFloatTimeDomainData(heard);
  await context.close();
  document.title = JSON.stringify({ heard: heard[0] });
});
