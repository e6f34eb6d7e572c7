export function checkReport(directory: string, _content: object): string { return directory }
