import { InputError } from '../../errors';
import type { QuantizationReport } from '../report';
import { html, trusted } from './html';
import { cellsSection, growthSection, layersSection, overviewSection } from './sections/layers';
import { headerSection } from './sections/header';
import { outputsSection } from './sections/outputs';
import { settingsSection } from './sections/settings';
import { STYLES } from './styles';

/** What a page needs of its surroundings. */
export interface PageOptions {
  /** Makes the charts' elements; default the page's own. In Node, one of linkedom's or jsdom's. */
  readonly document?: Document;
}

/**
 * A report as one HTML file: charts are inlined, nothing is loaded from anywhere and nothing runs.
 *
 * @throws InputError if there is no document to make elements with.
 */
export function reportHtml(report: QuantizationReport, options: PageOptions = {}): string {
  const document = options.document ?? (globalThis as { readonly document?: Document }).document;
  if (document === undefined) {
    throw new InputError(
      "a report is drawn with a DOM, and there is none here; pass one as `document`, such as linkedom's parseHTML('').document",
    );
  }
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${report.model}: quantization report</title>
        <style>
          ${trusted(STYLES)}
        </style>
      </head>
      <body>
        ${headerSection(report)} ${overviewSection(document, report)} ${outputsSection(document, report)}
        ${cellsSection(document, report)} ${growthSection(document, report)}
        ${layersSection(document, report)} ${settingsSection(report)}
      </body>
    </html> `;
  return markup;
}
