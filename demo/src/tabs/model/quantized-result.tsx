import { useState } from 'preact/hooks';
import { Problem } from '../../ui/problem';
import { useMessageOf } from '../../ui/use-message-of';
import type { QuantizedSheet } from '../../worker/model/model-bench';
import { download } from './download';
import { bytesOf, counted, decibelsOf } from './words';

/** What quantization cost, and the files to take away. */
export function QuantizedResult({ quantized }: { readonly quantized: QuantizedSheet }) {
  const { model, report, file, recipe } = quantized;
  const [isDrawing, setDrawing] = useState(false);
  const [message, attempt] = useMessageOf();
  const floatBytes = report.float.fileBytes ?? 0;
  const isRandom = report.data !== 'calibration';
  const saveReport = async (): Promise<void> => {
    setDrawing(true);
    await attempt(async () => {
      const { reportPage } = await import('./report-page');
      download(model.name.replace(/\.tflite$/, '-report.html'), [reportPage(report)], 'text/html');
    });
    setDrawing(false);
  };
  return (
    <section class="panel" data-testid="quantized">
      <h2>What it cost</h2>
      <dl class="figures-row">
        <div>
          <dt>file</dt>
          <dd>
            {bytesOf(floatBytes)} <i aria-hidden="true">→</i> {bytesOf(file.length)}
          </dd>
          <dd class="note">{((100 * file.length) / floatBytes).toFixed(0)} % of the float model</dd>
        </div>
        {report.outputs.map((output) => (
          <div key={output.name}>
            <dt>{output.name}</dt>
            <dd data-testid="sqnr">{decibelsOf(output.sqnrDb)}</dd>
            <dd class="note">signal to quantization noise</dd>
          </div>
        ))}
        <div>
          <dt>compared on</dt>
          <dd>{counted(report.sequences, 'sequence')}</dd>
          <dd class="note">
            {counted(report.timesteps, 'timestep')}, {recipe} recipe
          </dd>
        </div>
      </dl>
      {isRandom && (
        <p class="message notice">
          Calibrated with random values: good for trying what runs and how fast. For a model to rely on, drop
          sequences of real data and quantize again.
        </p>
      )}
      <div class="row">
        <button
          type="button"
          onClick={() => {
            download(model.name, [file], 'application/octet-stream');
          }}
        >
          Download {model.name}
        </button>
        <button type="button" disabled={isDrawing} onClick={() => void saveReport()}>
          {isDrawing ? 'Drawing the report…' : 'Download the report (.html)'}
        </button>
      </div>
      <Problem message={message} />
    </section>
  );
}
