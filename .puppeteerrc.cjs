// Browsers come from the system or from @sparticuz/chromium; puppeteer's own download is never wanted.
module.exports = { skipDownload: true };
