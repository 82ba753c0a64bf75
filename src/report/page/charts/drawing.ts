import { plot } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { trusted } from '../html';
import type { Html } from '../html';

/** Colours by meaning, defined by the page for light and dark. */
export const COLOR = {
  float: 'var(--float)',
  integer: 'var(--integer)',
  bad: 'var(--bad)',
  faint: 'var(--faint)',
} as const;

/**
 * A chart as markup, with a text for those who do not see it.
 *
 * @param document that elements are made with
 */
export function draw(document: Document, description: string, options: PlotOptions): Html {
  const chart = plot({ style: { background: 'none', fontSize: '11px' }, ...options, document });
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', description);
  return trusted(chart.outerHTML);
}
