import type { ExecutionStatus } from '../worker/execution';

export function PageHead({ status }: { readonly status: ExecutionStatus | null }) {
  return (
    <header>
      <div class="brand">
        <h1>Octogate</h1>
        <p>
          Integer-only LSTM networks on WebGPU, bit for bit what TFLite computes. All of it runs in this
          browser; nothing is sent anywhere.
          <small>
            After R. Alvarez and J. Li, <cite>On the quantization of recurrent neural networks</cite>, arXiv
            2101.05453.
          </small>
        </p>
      </div>
      <dl class="status" aria-live="polite">
        <div>
          <dt>runs on</dt>
          <dd>{status === null ? '…' : status.backend === 'webgpu' ? 'WebGPU' : 'CPU reference'}</dd>
        </div>
        <div>
          <dt>adapter</dt>
          <dd data-testid="adapter">
            {status === null ? '…' : status.adapter}
            {status?.backend === 'webgpu' && status.isSoftware ? ' (software)' : ''}
          </dd>
        </div>
      </dl>
    </header>
  );
}
