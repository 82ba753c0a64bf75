import { writeFileSync } from 'node:fs';
import { charactersCurve } from './characters/accuracy';
import { logLineChart } from './chart';
import { percentage, table } from './markdown';
import { noiseSuppressionCurve } from './noise-suppression/accuracy';
import { signed } from './statistics';

const IMAGES = `${import.meta.dirname}/../docs/images`;

/** How many calibration sequences the language model needs, as Markdown; draws the curve, too. */
export async function charactersCurveReport(): Promise<string> {
  const points = await charactersCurve();
  const observers = [...new Set(points.map(({ observer }) => observer))];
  const drawn = points.flatMap(({ observer, sequences, loss }) =>
    typeof loss === 'number' ? [{ series: observer, x: sequences, y: 100 * loss }] : [],
  );
  writeFileSync(
    `${IMAGES}/calibration-characters.svg`,
    logLineChart(drawn, {
      title: 'Loss of the language model by the number of calibration sequences',
      x: 'calibration sequences of 512 characters',
      y: '% more bits per character than float',
    }),
  );
  const rows = [...new Set(points.map(({ sequences }) => sequences))].map((sequences) => [
    `${sequences}`,
    ...observers.map((observer) => {
      const loss = points.find((point) => point.observer === observer && point.sequences === sequences)?.loss;
      if (loss === undefined) return '';
      return typeof loss === 'string' ? `refused: ${loss}` : `${loss < 0 ? '' : '+'}${percentage(loss)}`;
    }),
  ]);
  return table(['calibration sequences', ...observers], rows);
}

/** How many calibration clips noise suppression needs, as Markdown; draws the curve, too. */
export async function noiseSuppressionCurveReport(): Promise<string> {
  const points = await noiseSuppressionCurve();
  const recipes = [...new Set(points.map(({ recipe }) => recipe))];
  writeFileSync(
    `${IMAGES}/calibration-noise-suppression.svg`,
    logLineChart(
      points.map(({ recipe, clips, gain }) => ({ series: recipe, x: clips, y: -gain })),
      {
        title: 'Loss of noise suppression by the number of calibration clips',
        x: 'calibration clips of 6 s',
        y: 'SI-SDR lost against float, dB',
      },
    ),
  );
  const rows = [...new Set(points.map(({ clips }) => clips))].map((clips) => [
    `${clips}`,
    ...recipes.map((recipe) => {
      const point = points.find((candidate) => candidate.recipe === recipe && candidate.clips === clips);
      return point === undefined ? '' : `${signed(point.gain)} / ${point.likeness.toFixed(1)}`;
    }),
  ]);
  return table(['calibration clips', ...recipes], rows);
}
