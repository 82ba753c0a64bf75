import type { LstmReport } from '../../lstm-comparison';
import type { QuantizationReport } from '../../report';
import type { TensorReport } from '../../side-by-side';
import type { SignalReport } from '../../signal';
import { cellChart } from '../charts/cells';
import { growthChart } from '../charts/growth';
import { histogramChart } from '../charts/histogram';
import { overviewChart } from '../charts/overview';
import type { OverviewRow } from '../charts/overview';
import { decibels, share, significant } from '../format';
import { html } from '../html';
import type { Html } from '../html';

interface NamedSignal {
  readonly name: string;
  readonly signal: SignalReport;
  /** Signal whose ratio counts; a gate's is that of what it lets through. */
  readonly judged: SignalReport;
}

/** Where the noise arises. */
export function overviewSection(document: Document, report: QuantizationReport): Html {
  const rows = layersOf(report).flatMap(({ name, signals }) =>
    signals.map((each): OverviewRow => ({
      label: each.name === name ? name : `${name}: ${each.name}`,
      sqnrDb: each.judged.sqnrDb,
      isOutput: each.name === 'output' || each.name === name,
    })),
  );
  return html`<section>
    <h2>Where the noise arises</h2>
    <p class="soft">
      <span class="key float"><span>inputs and outputs of layers</span></span
      ><span class="key integer"><span>inside an LSTM</span></span>
    </p>
    <figure>${overviewChart(document, rows)}</figure>
  </section>`;
}

/** Whether cell states have room. */
export function cellsSection(document: Document, { lstms }: QuantizationReport): Html | string {
  if (lstms.length === 0) return '';
  return html`<section>
    <h2>Cell states</h2>
    <p class="soft">
      Largest magnitude of the float cell state against what its int16 scale, a power of two, can hold
      (dashed).
    </p>
    <figure>${cellChart(document, lstms)}</figure>
  </section>`;
}

/** Whether errors add up inside layers. */
export function growthSection(document: Document, { lstms }: QuantizationReport): Html | string {
  const long = lstms.filter(({ cell }) => cell.growth.length > 1);
  if (long.length === 0) return '';
  return html`<section>
    <h2>Cell-state error along the sequence</h2>
    <p class="soft">
      <span class="key integer"><span>root mean square</span></span
      ><span class="key clip dashed"><span>largest</span></span>
    </p>
    ${long.map(
      ({ layer, cell }) =>
        html`<h3>${layer}</h3>
          <figure>${growthChart(document, `${layer} cell state`, cell.growth)}</figure>`,
    )}
  </section>`;
}

/** Every signal of every layer with its distribution. */
export function layersSection(document: Document, report: QuantizationReport): Html {
  const { widenedLayers } = report.record;
  return html`<section>
    <h2>Layers</h2>
    ${
      widenedLayers.length === 0
        ? ''
        : html`<p class="soft">
            ${widenedLayers.join(', ')} with the added units of constant output, also in float. What these
            change in the first step after a reset shows at the outputs.
          </p>`
    }
    <p class="soft">
      <span class="key float"><span>float</span></span
      ><span class="key integer"><span>integers</span></span
      ><span class="key clip"
        ><span>ends of what the integers can represent, and what lies beyond</span></span
      >
      Heights are shares of all values, on a square-root scale.
    </p>
    ${groupsOf(layersOf(report)).map(
      (layers) =>
        html`<details open>
          <summary>
            ${layers.map(({ name, detail }) => html`${name} <span class="soft">${detail}</span> `)}
          </summary>
          <div class="grid">
            ${layers.flatMap(({ name, signals }) => signals.map((each) => signalFigure(document, name, each)))}
          </div>
        </details>`,
    )}
  </section>`;
}

function signalFigure(document: Document, layer: string, { name, signal, judged }: NamedSignal): Html {
  const { clipped, saturated, values, floatRange, integer } = signal;
  const atEnds = saturated.low + saturated.high;
  const clippedText = `clipped ${share(clipped, values)}`;
  return html`<figure>
    <figcaption>
      <b>${name}</b> ${decibels(judged.sqnrDb)}${judged === signal ? '' : ' behind its function'} ·
      <span class="${clipped > 0 && judged === signal ? 'bad' : ''}">${clippedText}</span> · at the ends
      ${share(atEnds, values)}
    </figcaption>
    ${histogramChart(document, `${layer} ${name}`, signal)}
    <figcaption>
      ${significant(floatRange.min)} to
      ${significant(floatRange.max)}${integer === null ? '' : `, step ${significant(integer.step)}`}
    </figcaption>
  </figure>`;
}

/** Layers of one signal share a row with their neighbours. */
function groupsOf(layers: readonly Layer[]): Layer[][] {
  const groups: Layer[][] = [];
  for (const layer of layers) {
    const last = groups.at(-1);
    if (last !== undefined && [...last, layer].every(({ signals }) => signals.length === 1)) last.push(layer);
    else groups.push([layer]);
  }
  return groups;
}

interface Layer {
  readonly name: string;
  readonly detail: string;
  readonly signals: readonly NamedSignal[];
}

function layersOf({ tensors, lstms }: QuantizationReport): Layer[] {
  return tensors.flatMap((tensor): Layer[] => {
    const { op } = tensor;
    const inside = op?.kind === 'lstm' ? lstms.filter(({ layer }) => belongsTo(layer, op.name)) : [];
    return inside.length === 0 ? [plainLayer(tensor)] : inside.map((lstm) => lstmLayer(lstm, tensor));
  });
}

function plainLayer({ tensor, op, signal }: TensorReport): Layer {
  const name = op === null ? `input ${tensor}` : op.name;
  return {
    name,
    detail: op === null ? '' : `${op.kind}, ${tensor}`,
    signals: [{ name, signal, judged: signal }],
  };
}

function lstmLayer(
  { layer, variant, units, gates, cell, hidden }: LstmReport,
  { tensor, signal }: TensorReport,
): Layer {
  const options = [
    ...(variant.layerNorm ? ['layer norm'] : []),
    ...(variant.projection ? ['projection'] : []),
    ...(variant.peephole ? ['peephole'] : []),
    ...(variant.coupledInputForget ? ['coupled gates'] : []),
  ];
  return {
    name: layer,
    detail: [`LSTM of ${units} units`, ...options, tensor].join(', '),
    signals: [
      ...gates.map(({ gate, preActivation, activation }) => ({
        name: `${gate} gate`,
        signal: preActivation,
        judged: activation,
      })),
      plain('cell state', cell),
      ...(variant.projection ? [plain('hidden, before projection', hidden)] : []),
      plain('output', signal),
    ],
  };
}

function plain(name: string, signal: SignalReport): NamedSignal {
  return { name, signal, judged: signal };
}

/** Whether a traced layer is the op, or one of its two directions. */
function belongsTo(layer: string, op: string): boolean {
  return layer === op || layer === `${op} forward` || layer === `${op} reverse`;
}
